namespace UserService.EmailConfirmations;

internal static class EmailConfirmationsExtensions
{
    public static IServiceCollection AddEmailConfirmations(this IServiceCollection services) => services.AddScoped<EmailConfirmer>();
}
