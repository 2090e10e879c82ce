using Microsoft.Extensions.Options;

namespace UserService.Passwords;

internal sealed class PasswordHashingStrengthValidator(IHostEnvironment environment) : IValidateOptions<PasswordHashingOptions>
{
    public ValidateOptionsResult Validate(string? name, PasswordHashingOptions options) =>
        options.Iterations < PasswordHashingOptions.RecommendedIterations && !environment.IsDevelopment()
            ? ValidateOptionsResult.Fail(
                $"Passwords:Iterations must be at least {PasswordHashingOptions.RecommendedIterations:N0} outside of Development.")
            : ValidateOptionsResult.Success;
}
