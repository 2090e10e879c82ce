using Microsoft.Extensions.Options;

namespace Platform.Redis.Sealing;

internal sealed class SealingOptionsValidator : IValidateOptions<SealingOptions>
{
    public ValidateOptionsResult Validate(string? name, SealingOptions options) => options.Key is { Length: >= SealingOptions.ShortestKey }
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail(
            $"Sealing:Key is {(string.IsNullOrEmpty(options.Key) ? "missing" : "too short")}; set Sealing__Key to a random secret of at least "
            + $"{SealingOptions.ShortestKey} characters, such as the output of: openssl rand -base64 32");
}
