using Platform.Redis.Scripting;

namespace Platform.Tasks.Processing;

internal static class ProcessingScripts
{
    public static readonly RedisScript StartTask = Load("StartTask.lua");
    public static readonly RedisScript RenewLease = Load("RenewLease.lua");
    public static readonly RedisScript ReportProgress = Load("ReportProgress.lua");
    public static readonly RedisScript FinishTask = Load("FinishTask.lua");
    public static readonly RedisScript FinishTasks = Load("FinishTasks.lua");
    public static readonly RedisScript FinishUnrecorded = Load("FinishUnrecorded.lua");
    public static readonly RedisScript RecordTask = Load("RecordTask.lua");
    public static readonly RedisScript RequeueTask = Load("RequeueTask.lua");

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(ProcessingScripts).Assembly, file);
}
