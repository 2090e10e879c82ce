using StackExchange.Redis;

namespace Platform.Redis.Resilience;

/// <summary>A script whose text is sent where the server does not know its hash (yet, or any more), within the same deadline.</summary>
internal sealed class ScriptOperation : Operation<RedisResult>
{
    private IDatabase _database = null!;
    private ScriptCall _call;

    public void Use(IDatabase database, ScriptCall call)
    {
        _database = database;
        _call = call;
    }

    protected override Task? Again(Exception exception)
    {
        if (exception is not RedisServerException || !exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return null;
        }

        Guard.Metrics.ScriptReloaded(_call.Script.Name);
        return _call.SendText(_database);
    }

    protected override void Return()
    {
        _call = default;
        OperationPool<ScriptOperation>.Return(this);
    }
}
