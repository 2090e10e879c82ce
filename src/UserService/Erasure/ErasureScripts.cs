using Platform.Redis.Scripting;

namespace UserService.Erasure;

internal static class ErasureScripts
{
    public static readonly RedisScript BeginErasure = Load("BeginErasure.lua");
    public static readonly RedisScript ClaimErasure = Load("ClaimErasure.lua");
    public static readonly RedisScript RecordErased = Load("RecordErased.lua");
    public static readonly RedisScript FinishErasure = Load("FinishErasure.lua");

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(ErasureScripts).Assembly, file);
}
