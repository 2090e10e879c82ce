using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Platform.Benchmarks.Http;

/// <summary>The load generator: one thread.</summary>
internal sealed class Wrk(int connections)
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "requests.lua");

    /// <summary>What is wrong with the installed one, or null.</summary>
    public static string? Problem()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("wrk", "-v") { RedirectStandardOutput = true, RedirectStandardError = true });
            process!.WaitForExit();
            return null;
        }
        catch (Win32Exception)
        {
            return "This needs wrk, the load generator, in the PATH. Debian and Ubuntu: apt-get install wrk. macOS: brew install wrk.";
        }
    }

    /// <summary>Loads one address.</summary>
    /// <param name="url">The address.</param>
    /// <param name="time">How long; wrk counts whole seconds.</param>
    /// <param name="arguments">The script's: what kind of request, and its key.</param>
    public async Task<Load> RunAsync(string url, TimeSpan time, params string[] arguments)
    {
        var start = new ProcessStartInfo("wrk") { RedirectStandardOutput = true };
        string[] all =
        [
            "-t1", $"-c{connections}", $"-d{(int)Math.Ceiling(time.TotalSeconds)}s", "-s", Script, url, "--", .. arguments,
        ];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith("RESULT ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk told no result:\n{output}");
        var figures = line.Split(' ')[1..].Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        return new Load((long)figures[0], figures[0] * 1_000_000 / figures[1], (long)figures[2], (long)figures[3], figures[4], figures[5]);
    }
}

/// <summary>What one run of wrk came to.</summary>
/// <param name="Requests">How many were answered.</param>
/// <param name="Rate">Requests per second.</param>
/// <param name="Refused">Answers with a status of 400 or more.</param>
/// <param name="Failed">Connections, reads and writes that failed or took too long.</param>
/// <param name="Median">Microseconds.</param>
/// <param name="Percentile99">Microseconds.</param>
internal sealed record Load(long Requests, double Rate, long Refused, long Failed, double Median, double Percentile99);
