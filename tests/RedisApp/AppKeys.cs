using Platform.Redis.Keys;

namespace Platform.RedisApp;

/// <summary>The keys of the program that tests start as replicas.</summary>
public static class AppKeys
{
    public static readonly KeyRegistry Registry = new("redisapp", "app:");
}
