using Platform.Redis.Scripting;

namespace UserService.Lockout;

internal static class LockoutScripts
{
    public static readonly RedisScript BeginAttempt = Load("BeginAttempt.lua");
    public static readonly RedisScript CarryNetworks = Load("CarryNetworks.lua");
    public static readonly RedisScript SucceedAttempt = Load("SucceedAttempt.lua");
    public static readonly RedisScript WithdrawAttempt = Load("WithdrawAttempt.lua");

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(LockoutScripts).Assembly, file);
}
