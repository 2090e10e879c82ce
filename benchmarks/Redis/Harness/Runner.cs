using Platform.Redis;
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
        for (var (round, failed) = (0, 0); round < Rounds; round++)
        {
            Random.Shared.Shuffle(order);
            try
            {
                var measured = new List<(Candidate, Measurement)>(order.Length);
                foreach (var candidate in order)
                {
                    measured.Add((candidate, await Burst.RunAsync(bench, candidate, InFlight, BurstTime)));
                }

                measured.ForEach(one => result.Add(one.Item1, one.Item2));
            }
            catch (Exception exception) when (exception is RedisUnavailableException or RedisTimeoutException && failed++ < Rounds)
            {
                // The machine stood still for longer than an operation may take, for the one or the other: the round is run again.
                Console.Error.WriteLine($"{scenario.Name}: a round is run again ({exception.GetType().Name}).");
                round--;
                await Task.Delay(TimeSpan.FromSeconds(2));
            }
        }

        return result;
    }
}
