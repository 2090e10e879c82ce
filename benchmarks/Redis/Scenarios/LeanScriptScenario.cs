using Platform.Benchmarks.Redis.Harness;
using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Benchmarks.Redis.Scenarios;

/// <summary>The least that each way to count costs over the raw client: what a limiter on it can reach at best. 1,000 subjects in turn.</summary>
internal sealed class LeanScriptScenario : Scenario
{
    private const int Subjects = 1_000;

    public override string Name => "lean-scripts";

    public override async Task<IReadOnlyList<Candidate>> PrepareAsync(Bench bench)
    {
        await bench.StartAsync();
        var raw = bench.Raw;
        return
        [
            await OfAsync("INCR, PEXPIRE on first", "FixedWindow.lua", 60_000),
            await OfAsync("fixed window", "LeanWindow.lua", 60_000, 1_000_000),
            await OfAsync("sliding window", "LeanSliding.lua", 60_000, 1_000_000),
            await OfAsync("GCRA, the expiry is the state", "ExpiryBucket.lua", 10, 600_000),
            await OfAsync("GCRA, a number on the server's clock", "LeanBucket.lua", 10_000, 600_000_000, 600_000),
            await OfAsync("token bucket, packed string", "PackedBucket.lua", 100_000, 1_000_000),
        ];

        async Task<Candidate> OfAsync(string name, string file, params RedisValue[] arguments)
        {
            var hash = await bench.LoadScriptAsync(RedisScript.FromResource(typeof(LeanScriptScenario).Assembly, file).Text);
            RedisKey[][] keys = [.. Enumerable.Range(0, Subjects).Select(i => new RedisKey[] { $"bench:{file[..^4]}:v1:{{subject-{i}}}" })];
            return Candidate.Concurrent(name, async i => await raw.ScriptEvaluateAsync(hash, keys[i % Subjects], arguments));
        }
    }
}
