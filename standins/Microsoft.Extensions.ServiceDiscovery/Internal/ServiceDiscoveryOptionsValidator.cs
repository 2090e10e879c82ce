using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.ServiceDiscovery;

internal sealed class ServiceDiscoveryOptionsValidator : IValidateOptions<ServiceDiscoveryOptions>
{
    public ValidateOptionsResult Validate(string? name, ServiceDiscoveryOptions options)
    {
        if (options.AllowedSchemes is null)
        {
            return ValidateOptionsResult.Fail("AllowedSchemes must not be null.");
        }

        return options.RefreshPeriod <= TimeSpan.Zero
            ? ValidateOptionsResult.Fail("RefreshPeriod must be longer than zero.")
            : ValidateOptionsResult.Success;
    }
}
