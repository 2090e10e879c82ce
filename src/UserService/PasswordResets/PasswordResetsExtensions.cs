namespace UserService.PasswordResets;

internal static class PasswordResetsExtensions
{
    public static IServiceCollection AddPasswordResets(this IServiceCollection services) => services.AddScoped<PasswordResetter>();
}
