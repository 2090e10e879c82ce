using Platform.Redis.Scripting;

namespace TaskService.Results;

internal static class ResultScripts
{
    public static readonly RedisScript AppendResult = Load("AppendResult.lua");
    public static readonly RedisScript WriteResult = Load("WriteResult.lua");
    public static readonly RedisScript DiscardResult = Load("DiscardResult.lua");

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(ResultScripts).Assembly, file);
}
