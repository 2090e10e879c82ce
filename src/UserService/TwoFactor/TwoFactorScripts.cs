using Platform.Redis.Scripting;

namespace UserService.TwoFactor;

internal static class TwoFactorScripts
{
    public static readonly RedisScript AcceptTimeStep = Load("AcceptTimeStep.lua");
    public static readonly RedisScript OpenTicket = Load("OpenTicket.lua");
    public static readonly RedisScript TryTicket = Load("TryTicket.lua");

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(TwoFactorScripts).Assembly, file);
}
