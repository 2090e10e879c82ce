using Microsoft.Extensions.Options;
using Platform.Redis.Keys;

namespace Platform.Redis.RateLimiting;

internal sealed class RedisRateLimitingOptionsValidator : IValidateOptions<RedisRateLimitingOptions>
{
    /// <summary>So that two counters of a sliding window fit into one exact number.</summary>
    public const int LargestLimit = 10_000_000;

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromMilliseconds(10);

    public ValidateOptionsResult Validate(string? name, RedisRateLimitingOptions options)
    {
        List<string> failures = [];
        foreach (var (policyName, policy) in options.Policies)
        {
            failures.AddRange(Check($"RateLimiting:Policies:{policyName}", policyName, policy));
        }

        if (options.ExpectedInstances < 1)
        {
            failures.Add($"RateLimiting:ExpectedInstances is {options.ExpectedInstances}; it is at least 1.");
        }

        if (options.MaxLocalPartitions < 1)
        {
            failures.Add($"RateLimiting:MaxLocalPartitions is {options.MaxLocalPartitions}; it is at least 1.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>What is wrong with a policy, in sentences that begin with <paramref name="path"/>.</summary>
    public static IEnumerable<string> Check(string path, string name, RateLimitPolicyOptions policy)
    {
        if (!KeyGrammar.IsName(name))
        {
            yield return $"{path}: the name of a policy is kebab-case, such as 'per-user'.";
        }

        if (!Enum.IsDefined(policy.Algorithm) || !Enum.IsDefined(policy.Mode) || !Enum.IsDefined(policy.WhenRedisIsAway))
        {
            yield return $"{path}: Algorithm, Mode or WhenRedisIsAway has a value that does not exist.";
        }

        var longest = policy.Algorithm == RateLimitAlgorithm.Concurrency ? RateLimitKeys.LongestLease : RateLimitKeys.LongestWindow;
        if (policy.Window < ShortestWindow || policy.Window > longest)
        {
            yield return $"{path}:Window is {policy.Window:c}; it is {ShortestWindow:c} to {longest:c}.";
        }

        foreach (var failure in CheckFigures(path, policy, policy.Limit, policy.Burst))
        {
            yield return failure;
        }

        if (policy.Tiers.Count > 0 && string.IsNullOrEmpty(policy.TierClaim))
        {
            yield return $"{path}:TierClaim is missing; Tiers are chosen by its value.";
        }

        foreach (var (value, tier) in policy.Tiers)
        {
            foreach (var failure in CheckFigures($"{path}:Tiers:{value}", policy, tier.Limit, tier.Burst))
            {
                yield return failure;
            }
        }
    }

    private static IEnumerable<string> CheckFigures(string path, RateLimitPolicyOptions policy, int limit, int? burst)
    {
        if (limit is < 1 or > LargestLimit)
        {
            yield return $"{path}:Limit is {limit}; it is 1 to {LargestLimit}.";
        }
        else if (burst is { } given)
        {
            if (policy.Algorithm is not (RateLimitAlgorithm.Gcra or RateLimitAlgorithm.TokenBucket))
            {
                yield return $"{path}:Burst has a meaning for Gcra and TokenBucket only.";
            }
            else if (given < 1 || policy.Window.TotalMilliseconds * given / limit > RateLimitKeys.LongestWindow.TotalMilliseconds)
            {
                yield return $"{path}:Burst is {given}; it is at least 1, and is refilled within {RateLimitKeys.LongestWindow:c}.";
            }
        }
    }
}
