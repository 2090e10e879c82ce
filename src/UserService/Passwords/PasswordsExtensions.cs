using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using UserService.Users;

namespace UserService.Passwords;

internal static class PasswordsExtensions
{
    public static IServiceCollection AddPasswords(this IServiceCollection services)
    {
        services.AddOptions<PasswordHashingOptions>().BindConfiguration(PasswordHashingOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<PasswordHashingOptions>, PasswordHashingStrengthValidator>();
        services.AddOptions<PasswordHasherOptions>()
            .Configure<IOptions<PasswordHashingOptions>>((hasher, options) => hasher.IterationCount = options.Value.Iterations);
        services.AddSingleton<PasswordWorkers>();
        services.AddScoped<AccountPasswords>();
        services.AddScoped<PasswordConfirmation>();
        services.AddScoped<IPasswordValidator<User>, PasswordLimitsValidator>();
        services.AddScoped<IPasswordValidator<User>, CommonPasswordValidator>();
        return services;
    }
}
