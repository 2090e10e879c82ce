using StackExchange.Redis;

namespace Platform.Redis.Resilience;

/// <summary>
/// A script whose text is sent where the server does not know its hash (yet, or any more), and which is sent again while a cluster moves
/// its keys one by one to another node (TRYAGAIN: nothing was done), within the same deadline.
/// </summary>
internal sealed class ScriptOperation : Operation<RedisResult>
{
    private static readonly TimeSpan MovePause = TimeSpan.FromMilliseconds(20);

    private IDatabase _database = null!;
    private ScriptCall _call;

    public void Use(IDatabase database, ScriptCall call)
    {
        _database = database;
        _call = call;
    }

    protected override Task? Again(Exception exception)
    {
        if (exception is not RedisServerException)
        {
            return null;
        }

        if (exception.Message.StartsWith("TRYAGAIN ", StringComparison.Ordinal))
        {
            return SendLaterAsync(_database, _call);
        }

        if (!exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return null;
        }

        Guard.Metrics.ScriptReloaded(_call.Script.Name);
        return _call.SendText(_database);
    }

    private static async Task<RedisResult> SendLaterAsync(IDatabase database, ScriptCall call)
    {
        await Task.Delay(MovePause).ConfigureAwait(false);
        return await ((Task<RedisResult>)call.Send(database)).ConfigureAwait(false);
    }

    protected override void Return()
    {
        _call = default;
        OperationPool<ScriptOperation>.Return(this);
    }
}
