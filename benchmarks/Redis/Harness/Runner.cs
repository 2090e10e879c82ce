using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Benchmarks.Redis.Harness;

/// <summary>Paired bursts: in each round every candidate has its turn, in an order drawn anew, so that each ratio is one of neighbours.</summary>
internal sealed record Runner(int Rounds, int InFlight, TimeSpan BurstTime, TimeSpan WarmUp, bool Telemetry)
{
    public async Task<Result> RunAsync(RedisServer server, ConnectionMultiplexer admin, Scenario scenario)
    {
        await using var bench = new Bench(server, admin, Telemetry);
        var candidates = await scenario.PrepareAsync(bench);
        var result = new Result(scenario, candidates);
        for (var i = 0; i < 3; i++)
        {
            foreach (var candidate in candidates)
            {
                await Burst.RunAsync(bench, candidate, InFlight, WarmUp / 3);
            }
        }

        var order = candidates.ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            Random.Shared.Shuffle(order);
            foreach (var candidate in order)
            {
                result.Add(candidate, await Burst.RunAsync(bench, candidate, InFlight, BurstTime));
            }
        }

        return result;
    }
}
