using System.Net;
using Platform.TestKit;

namespace Platform.Benchmarks.Tokens;

/// <summary>People who read their own account, at a rate that does not depend on the answers.</summary>
internal static class OpenLoopSection
{
    private const int People = 200;
    private const int ReadsPerSecond = 2000;
    private const int WarmUp = 5000;

    public static async Task RunAsync(Arguments arguments, Report report)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var users = await UserServiceProcess.StartAsync(redis, UserServiceProcess.CheapHash);
        var people = new Account[People];
        await Parallel.ForAsync(0, People, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) => people[number] = await users.NewPersonAsync());
        // Without hurry first: what is compiled and connected on the way is no part of the figures.
        await Parallel.ForAsync(0, WarmUp, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) => await users.MeAsync(people[number % People]));
        var rate = arguments.Read("--rate", ReadsPerSecond);
        var seconds = TimeSpan.FromSeconds(arguments.Read("--seconds", 5));
        var (reads, probes) = (new List<Latencies>(), new List<Latencies>());
        for (var round = -1; round < arguments.Read("--rounds", 5); round++)
        {
            var read = await RunAsync("/v1/users/me");
            var probe = await RunAsync("/alive");
            if (round >= 0)
            {
                reads.Add(read);
                probes.Add(probe);
            }
        }

        var beside = $"{Figures.Range([.. probes.Select(one => one.Percentile99)])} ms for GET /alive at the same rate";
        report.Add("GET /v1/users/me, answers/s, open loop", [.. reads.Select(one => one.Rate)], $"{rate} sent a second for {People} people", least: rate * 0.98);
        report.Add("GET /v1/users/me, p50 ms", [.. reads.Select(one => one.Median)], "from when it was to be sent");
        report.Add("GET /v1/users/me, p99 ms", [.. reads.Select(one => one.Percentile99)], beside, most: 20);
        report.Add("GET /v1/users/me, longest ms", [.. reads.Select(one => one.Longest)], $"the generator itself was up to {Figures.Short(reads.Max(one => one.Late))} ms late");

        async Task<Latencies> RunAsync(string path)
        {
            var outcome = await OpenLoop.RunAsync(rate, seconds, async number =>
            {
                var (status, problem) = await users.GetAsync(path, people[number % People]);
                return status == HttpStatusCode.OK ? null : $"{status}: {problem}";
            });
            return outcome.Failed == 0
                ? outcome
                : throw new InvalidOperationException($"{path}: {outcome.Failed} requests were not answered with 200, one of them with {outcome.Failure}.");
        }
    }
}
