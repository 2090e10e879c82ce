using Platform.Redis.Scripting;

namespace Platform.Tasks.Items;

internal static class TaskScripts
{
    public static readonly RedisScript AppendChunks = Load("AppendChunks.lua");
    public static readonly RedisScript SubmitTask = Load("SubmitTask.lua");
    public static readonly RedisScript CancelTask = Load("CancelTask.lua");
    public static readonly RedisScript EraseTask = Load("EraseTask.lua");

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(TaskScripts).Assembly, file);
}
