using Platform.Redis.Scripting;

namespace Platform.Tasks.Queues;

internal static class QueueScripts
{
    public static readonly RedisScript TakeEntries = Load("TakeEntries.lua");
    public static readonly RedisScript PromoteDue = Load("PromoteDue.lua");
    public static readonly RedisScript DiscardEntry = Load("DiscardEntry.lua");
    public static readonly RedisScript LookAtQueues = Load("LookAtQueues.lua");
    public static readonly RedisScript PauseQueue = Load("PauseQueue.lua");

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(QueueScripts).Assembly, file);
}
