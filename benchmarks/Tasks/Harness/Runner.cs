namespace Platform.Benchmarks.Tasks.Harness;

/// <summary>In each round every candidate has its turn, in an order drawn anew, so that each ratio is one of neighbours.</summary>
internal sealed record Runner(int Rounds, int WarmUps)
{
    public async Task<Result> RunAsync(Bench bench, Section section)
    {
        var candidates = section.Candidates(bench);
        var result = new Result(section, candidates);
        var order = candidates.ToArray();
        for (var round = -WarmUps; round < Rounds; round++)
        {
            await bench.RewriteAsync();
            Random.Shared.Shuffle(order);
            var samples = new Dictionary<Candidate, Sample>();
            foreach (var candidate in order)
            {
                samples[candidate] = await RunAsync(bench, candidate);
            }

            if (round >= 0)
            {
                result.Add(samples);
            }
        }

        return result;
    }

    private static async Task<Sample> RunAsync(Bench bench, Candidate candidate)
    {
        await bench.Server.FlushDatabaseAsync();
        await candidate.Prepare();
        try
        {
            // What was done before is collected before, by whoever did it.
            GC.Collect();
            var connection = candidate.Connection();
            var before = await bench.ReadCountersAsync(connection);
            var burst = await candidate.Run();
            return Sample.Of(burst, before, await bench.ReadCountersAsync(connection));
        }
        finally
        {
            await candidate.End();
        }
    }
}
