namespace Platform.Benchmarks.SocketLayer;

internal static class BenchmarkData
{
    public const string Key = "benchmark:value";
    public const string Counter = "benchmark:counter";
    public const string Stream = "benchmark:stream";
    public const string Value = "0123456789abcdef0123456789abcdef";

    /// <summary>A fixed window: count, expire on the first, tell the rest of its time.</summary>
    public const string Script = """
        local n = redis.call('INCR', KEYS[1])
        if n == 1 then redis.call('PEXPIRE', KEYS[1], 60000) end
        return {n, redis.call('PTTL', KEYS[1])}
        """;
}
