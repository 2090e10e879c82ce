using System.Diagnostics;

namespace Platform.Benchmarks.Tokens;

/// <summary>
/// Sends at a fixed rate, whether or not answers come, and counts each answer from when its request was to be sent: a server that stalls is
/// charged for all who would have come meanwhile, which a generator that waits for answers leaves out.
/// </summary>
internal static class OpenLoop
{
    /// <param name="rate">Requests per second.</param>
    /// <param name="time">For how long.</param>
    /// <param name="send">Sends the request of a number; what is wrong with the answer, or null.</param>
    public static async Task<Latencies> RunAsync(double rate, TimeSpan time, Func<int, Task<string?>> send)
    {
        var total = (int)(rate * time.TotalSeconds);
        var milliseconds = new double[total];
        var failed = 0;
        string? failure = null;
        var late = TimeSpan.Zero;
        var running = new Task[total];
        var began = Stopwatch.GetTimestamp();
        for (var next = 0; next < total;)
        {
            var due = Math.Min(total, (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * rate) + 1);
            for (; next < due; next++)
            {
                running[next] = SendAsync(next);
            }

            await Task.Delay(1);
        }

        await Task.WhenAll(running);
        var rateReached = total / Stopwatch.GetElapsedTime(began).TotalSeconds;
        Array.Sort(milliseconds);
        return new Latencies(milliseconds[total / 2], milliseconds[(int)(total * 99L / 100)], milliseconds[^1], rateReached, failed, failure, late.TotalMilliseconds);

        async Task SendAsync(int number)
        {
            var intended = TimeSpan.FromSeconds(number / rate);
            var behind = Stopwatch.GetElapsedTime(began) - intended;
            late = behind > late ? behind : late;
            try
            {
                if (await send(number) is { } wrong)
                {
                    failure = wrong;
                    Interlocked.Increment(ref failed);
                }
            }
            catch (HttpRequestException exception)
            {
                failure = exception.Message;
                Interlocked.Increment(ref failed);
            }

            milliseconds[number] = (Stopwatch.GetElapsedTime(began) - intended).TotalMilliseconds;
        }
    }
}

/// <param name="Median">Milliseconds, as the other two.</param>
/// <param name="Rate">Answers per second.</param>
/// <param name="Failed">Answers that were not the expected ones.</param>
/// <param name="Failure">What was wrong with one of them.</param>
/// <param name="Late">How late the generator itself was at most; it is in the others, too.</param>
internal sealed record Latencies(double Median, double Percentile99, double Longest, double Rate, int Failed, string? Failure, double Late);
