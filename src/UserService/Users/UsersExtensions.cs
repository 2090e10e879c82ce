using Microsoft.AspNetCore.Identity;
using Platform.Redis;
using Platform.Redis.Caching;
using Platform.ServiceDefaults.PersonalData;
using UserService.Passwords;
using UserService.TwoFactor;

namespace UserService.Users;

internal static class UsersExtensions
{
    public static IServiceCollection AddUsers(this IServiceCollection services)
    {
        services.AddIdentityCore<User>(identity =>
            {
                // Length is what makes a password strong; rules of composition make it forgettable.
                identity.Password.RequiredLength = AccountPasswords.MinLength;
                identity.Password.RequiredUniqueChars = 1;
                identity.Password.RequireDigit = false;
                identity.Password.RequireLowercase = false;
                identity.Password.RequireUppercase = false;
                identity.Password.RequireNonAlphanumeric = false;

                // The store makes addresses unique in one atomic step. Asking first would add nothing, but for an answer that takes longer
                // where somebody has an account.
                identity.User.RequireUniqueEmail = false;

                identity.User.AllowedUserNameCharacters = AccountErrors.UserNameCharacters;
            })
            .AddErrorDescriber<AccountErrors>()
            .AddUserValidator<UserNameValidator>()
            .AddTokenProvider<TimeStepTokenProvider>(TokenOptions.DefaultAuthenticatorProvider);
        services.AddPasswords();
        services.AddScoped<AccountCodec>();
        services.AddSingleton<NameClaims>();
        services.AddScoped<RedisUserStore>();
        services.AddScoped<IUserStore<User>>(provider => provider.GetRequiredService<RedisUserStore>());
        services.AddSingleton<UserSummaries>();
        services.AddSingleton<RecentUsers>();
        services.AddSingleton<ICacheWarmUp>(provider => provider.GetRequiredService<RecentUsers>());
        services.AddScoped<Administrators>();
        services.AddScoped<AccountRoles>();
        services.AddScoped<Accounts>();
        services.AddScoped<AccountExport>();
        services.AddPersonalData<AccountPersonalData>();
        services.AddRefusingCapability("accounts", "Accounts are neither read nor changed: 503 with Retry-After.");
        return services;
    }
}
