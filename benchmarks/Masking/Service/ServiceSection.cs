using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Benchmarks.Tokens;

namespace Platform.Benchmarks.Masking.Service;

/// <summary>Calls of the service in a process of its own, Redis included: documents of 10 kB one after the other, and texts that are streamed.</summary>
internal static class ServiceSection
{
    private const int DocumentLength = 10_000;
    private const int RecordLength = 170;
    private const int Documents = 100;
    private const int WarmUp = 1500;
    private const double MostMilliseconds = 5;
    private const long Short = 10_000_000;
    private const long Long = 10 * Short;

    private static readonly string[] Fields = ["id"];

    public static async Task RunAsync(Arguments arguments, Report report)
    {
        await LatencyAsync(arguments, report);
        await StreamsAsync(arguments, report);
    }

    private static async Task LatencyAsync(Arguments arguments, Report report)
    {
        await using var service = await PrivacyServiceProcess.StartAsync();
        var logs = Cut(Text.Logs(Documents * DocumentLength * 2));
        var records = string.Concat(Text.Json(Documents * DocumentLength * 2).Pieces).Split('\n')
            .Chunk(DocumentLength / RecordLength).Take(Documents).Select(lines => JsonNode.Parse($"[{string.Join(',', lines)}]")!).ToArray();
        (string Name, Func<int, Task<double>> CallAsync)[] calls =
        [
            ("mask, a text", number => PostAsync(service, "/v1/mask", new { text = logs[number % Documents] })),
            ("mask, a JSON document", number => PostAsync(service, "/v1/mask", new { document = records[number % records.Length] })),
            ("pseudonymize, a JSON document", number => PostAsync(service, "/v1/pseudonymize", new { document = new { records = records[number % records.Length] }, fields = Fields })),
            ("gateway, a JSON answer that repeats it", number => PostAsync(service, "/gateway/model/json", Prompt(logs[number % Documents]))),
            ("gateway, first event of a streamed answer", number => PostAsync(service, "/gateway/model/events", Prompt(logs[number % Documents]), firstEvent: true)),
            ("GET /alive", _ => AliveAsync(service)),
        ];
        var times = calls.Select(_ => (Median: new List<double>(), Percentile99: new List<double>())).ToArray();
        var count = arguments.Read("--calls", 500);
        for (var round = -1; round < arguments.Read("--rounds", 7); round++)
        {
            service.SignIn();
            for (var i = 0; i < calls.Length; i++)
            {
                var milliseconds = new double[round < 0 ? WarmUp : count];
                for (var number = 0; number < milliseconds.Length; number++)
                {
                    milliseconds[number] = await calls[i].CallAsync(number);
                }

                if (round >= 0)
                {
                    Array.Sort(milliseconds);
                    times[i].Median.Add(milliseconds[milliseconds.Length / 2]);
                    times[i].Percentile99.Add(milliseconds[milliseconds.Length * 99 / 100]);
                }
            }
        }

        for (var i = 0; i < calls.Length - 1; i++)
        {
            report.Add(
                $"10 kB: {calls[i].Name}, p99 ms", times[i].Percentile99,
                $"p50 {Figures.Range(times[i].Median)} ms; GET /alive {Figures.Range(times[^1].Median)} and {Figures.Range(times[^1].Percentile99)} ms", most: MostMilliseconds);
        }
    }

    /// <summary>Each length in a process of its own, since what it held at most never falls.</summary>
    private static async Task StreamsAsync(Arguments arguments, Report report)
    {
        var text = Encoding.ASCII.GetBytes(string.Concat(Text.Logs((int)Short).Pieces));
        var (little, much) = (new List<(double Rate, double Peak)>(), new List<(double Rate, double Peak)>());
        for (var round = 0; round < arguments.Read("--streams", 3); round++)
        {
            little.Add(await StreamAsync(text, Short));
            much.Add(await StreamAsync(text, Long));
        }

        report.Add("streamed text of 100 MB, MB/s", [.. much.Select(one => one.Rate)], "one caller, one core for the most part");
        report.Add("its rate beside that of 10 MB", [.. much.Zip(little, (one, other) => one.Rate / other.Rate)], $"{Figures.Range([.. little.Select(one => one.Rate)])} MB/s", least: 0.8);
        report.Add("the most memory of the service, MiB", [.. much.Select(one => one.Peak)], $"{Figures.Range([.. little.Select(one => one.Peak)])} MiB with 10 MB");
        report.Add("beside that with 10 MB", [.. much.Zip(little, (one, other) => one.Peak / other.Peak)], "bounded by a piece, not by the text", most: 1.15);
    }

    private static async Task<(double Rate, double Peak)> StreamAsync(byte[] text, long length)
    {
        await using var service = await PrivacyServiceProcess.StartAsync();
        await TextStream.MaskAsync(service.Client.BaseAddress!, service.Token, text, Short);
        var started = Stopwatch.GetTimestamp();
        await TextStream.MaskAsync(service.Client.BaseAddress!, service.Token, text, length);
        return (length / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e6, service.PeakMebibytes);
    }

    private static object Prompt(string text) => new { model = "m", messages = new[] { new { role = "user", content = text } } };

    private static async Task<double> AliveAsync(PrivacyServiceProcess service)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await service.Client.GetAsync(new Uri("/alive", UriKind.Relative));
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <returns>Milliseconds until the answer was there, or its first event.</returns>
    private static async Task<double> PostAsync(PrivacyServiceProcess service, string path, object body, bool firstEvent = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        await request.Content.LoadIntoBufferAsync();
        var started = Stopwatch.GetTimestamp();
        using var response = await service.Client.SendAsync(request, firstEvent ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{path}: {response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }

        if (!firstEvent)
        {
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await reader.ReadToEndAsync();
        return elapsed;
    }

    private static string[] Cut(Text text) =>
        [.. string.Concat(text.Pieces).Chunk(DocumentLength).Where(chunk => chunk.Length == DocumentLength).Take(Documents).Select(chunk => new string(chunk))];
}
