using Platform.Redis.Scripting;

namespace TaskService.Inputs;

internal static class InputScripts
{
    public static readonly RedisScript AppendInput = RedisScript.FromResource(typeof(InputScripts).Assembly, "AppendInput.lua");
}
