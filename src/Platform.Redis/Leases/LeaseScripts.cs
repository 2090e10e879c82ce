using Platform.Redis.Scripting;

namespace Platform.Redis.Leases;

internal static class LeaseScripts
{
    public static readonly RedisScript AcquireLease = Script("AcquireLease.lua");
    public static readonly RedisScript ExtendLease = Script("ExtendLease.lua");
    public static readonly RedisScript ReleaseLease = Script("ReleaseLease.lua");
    public static readonly RedisScript FenceCheck = Script("FenceCheck.lua");

    private static RedisScript Script(string file) => RedisScript.FromResource(typeof(LeaseScripts).Assembly, file);
}
