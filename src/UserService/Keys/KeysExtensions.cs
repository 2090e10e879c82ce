namespace UserService.Keys;

internal static class KeysExtensions
{
    public static IServiceCollection AddKeys(this IServiceCollection services) => services.AddSingleton<UserKeys>().AddSingleton<Secrets>();
}
