using Microsoft.Extensions.Options;
using Platform.Redis.RateLimiting;
using Platform.Tasks.Handlers;

namespace Platform.Tasks.Limits;

/// <summary>A limit that nobody keeps is found at start, not by who is overrun.</summary>
internal sealed class TaskLimitsValidator(TaskTypes types, IServiceProvider services) : IValidateOptions<TasksOptions>
{
    public ValidateOptionsResult Validate(string? name, TasksOptions options)
    {
        var used = types.All.Where(type => type.Options.RateLimit is not null)
            .Select(type => (Place: $"The options of the task type '{type.Name}'", Policy: type.Options.RateLimit!))
            .Concat(options.QueueLimits.Select(limit => (Place: $"Tasks:QueueLimits:{limit.Key}", Policy: limit.Value)))
            .ToArray();
        if (used.Length == 0)
        {
            return ValidateOptionsResult.Success;
        }

        var policies = services.GetService<IRateLimits>() is null
            ? null
            : services.GetRequiredService<IOptions<RedisRateLimitingOptions>>().Value.Policies;
        var wrong = options.QueueLimits.Keys.Where(queue => !options.QueueNames.Contains(queue))
            .Select(queue => $"Tasks:QueueLimits must not hold '{queue}': Tasks:Queues has {string.Join(", ", options.QueueNames)}.")
            .Concat(used.Select(limit =>
                policies is null ? $"{limit.Place} name a rate limit: call AddRateLimiting."
                : !policies.TryGetValue(limit.Policy, out var policy) ? $"{limit.Place} must name one of RateLimiting:Policies, not '{limit.Policy}'."
                : policy.Algorithm == RateLimitAlgorithm.Concurrency ? $"{limit.Place} must not name a policy of concurrency: use Tasks:Concurrency or a concurrency key."
                : null).OfType<string>())
            .ToArray();
        return wrong.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
