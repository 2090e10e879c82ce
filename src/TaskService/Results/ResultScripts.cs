using Platform.Redis.Scripting;

namespace TaskService.Results;

internal static class ResultScripts
{
    public static readonly RedisScript AppendResult = RedisScript.FromResource(typeof(ResultScripts).Assembly, "AppendResult.lua");
}
