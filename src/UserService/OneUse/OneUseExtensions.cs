namespace UserService.OneUse;

internal static class OneUseExtensions
{
    public static IServiceCollection AddOneUseTokens(this IServiceCollection services) => services.AddSingleton<OneUseTokens>();
}
