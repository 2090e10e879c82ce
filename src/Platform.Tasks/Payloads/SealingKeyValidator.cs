using Microsoft.Extensions.Options;
using Platform.Redis.Sealing;
using Platform.Tasks.Handlers;

namespace Platform.Tasks.Payloads;

/// <summary>A key that is missing is found at start, not by the first task that needs it.</summary>
internal sealed class SealingKeyValidator(TaskTypes types, IOptions<SealingOptions> sealing) : IValidateOptions<TasksOptions>
{
    public ValidateOptionsResult Validate(string? name, TasksOptions options)
    {
        var key = TaskSecrets.Of(options, sealing.Value);
        if (key.Length > 0)
        {
            return key.Length >= SealingOptions.ShortestKey ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
                $"Tasks:SealingKey is too short: it has at least {SealingOptions.ShortestKey} characters.");
        }

        string[] sensitive = [.. types.All.Where(type => SensitiveProperties.AreIn(type.Payload)).Select(type => type.Name).Order(StringComparer.Ordinal)];
        return sensitive.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
            $"{TaskSecrets.Missing} The payloads of {string.Join(", ", sensitive)} have sensitive properties.");
    }
}
