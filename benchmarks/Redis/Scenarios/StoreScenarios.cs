using Microsoft.Extensions.DependencyInjection;
using Platform.Benchmarks.Redis.Harness;
using Platform.Redis;
using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Benchmarks.Redis.Scenarios;

/// <summary>What the time limit, the breaker, metrics and traces of <see cref="RedisStore"/> cost a GET.</summary>
internal sealed class StoreGetScenario : Scenario
{
    private static readonly RedisKey Key = "bench:store:v1:{get}";

    public override string Name => "store-get";

    public override async Task<IReadOnlyList<Candidate>> PrepareAsync(Bench bench)
    {
        var services = await bench.StartAsync();
        var store = services.GetRequiredService<RedisStore>();
        var raw = bench.Raw;
        await raw.StringSetAsync(Key, "0123456789abcdef0123456789abcdef", TimeSpan.FromHours(1));
        return
        [
            Candidate.Concurrent("StackExchange.Redis", async _ => await raw.StringGetAsync(Key)),
            Candidate.Concurrent("RedisStore", async _ => await store.ExecuteAsync(
                "benchmark.get", Key, static (database, key) => database.StringGetAsync(key), CancellationToken.None)),
        ];
    }
}

/// <summary>The same for a script.</summary>
internal sealed class StoreScriptScenario : Scenario
{
    private static readonly RedisScript Window = RedisScript.FromResource(typeof(StoreScriptScenario).Assembly, "FixedWindow.lua");

    public override string Name => "store-script";

    public override async Task<IReadOnlyList<Candidate>> PrepareAsync(Bench bench)
    {
        var services = await bench.StartAsync();
        var store = services.GetRequiredService<RedisStore>();
        var raw = bench.Raw;
        var hash = await bench.LoadScriptAsync(Window.Text);
        RedisKey[] keys = ["bench:store:v1:{script}"];
        RedisValue[] arguments = [60_000];
        return
        [
            Candidate.Concurrent("StackExchange.Redis", async _ => await raw.ScriptEvaluateAsync(hash, keys, arguments)),
            Candidate.Concurrent("RedisStore", async _ => await store.EvaluateAsync(Window, keys, arguments, CancellationToken.None)),
        ];
    }
}
