using System.Reflection;
using Platform.Redis.Scripting;

namespace Platform.Redis.Idempotency;

internal static class IdempotencyScripts
{
    public static readonly RedisScript AcquireIdempotency = Load(nameof(AcquireIdempotency));
    public static readonly RedisScript CompleteIdempotency = Load(nameof(CompleteIdempotency));
    public static readonly RedisScript RenewIdempotency = Load(nameof(RenewIdempotency));
    public static readonly RedisScript ReleaseIdempotency = Load(nameof(ReleaseIdempotency));

    private static RedisScript Load(string name) => RedisScript.FromResource(Assembly.GetExecutingAssembly(), name + ".lua");
}
