using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Redis.Resilience;

/// <summary>A script by its hash.</summary>
internal readonly struct ScriptCall(RedisScript script, RedisKey[] keys, RedisValue[] arguments) : IRedisCall<RedisResult>
{
    public RedisScript Script => script;

    public Task Send(IDatabase database) => database.ScriptEvaluateAsync(script.Hash, keys, arguments);

    /// <summary>By its text, which also has the server keep it.</summary>
    public Task SendText(IDatabase database)
    {
        object[] command = [script.Text, keys.Length, .. keys, .. arguments];
        return database.ExecuteAsync("EVAL", command);
    }

    public Operation<RedisResult> Rent(IDatabase database)
    {
        var operation = OperationPool<ScriptOperation>.Rent();
        operation.Use(database, this);
        return operation;
    }
}
