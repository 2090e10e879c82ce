using System.Net.Http.Headers;
using Platform.TestKit;

namespace Resilience.Tests;

public class LargeFileTests
{
    private const int RecordCount = 84_000;
    private const int SentencesPerRecord = 5;
    private const long MostGrowth = 150L * 1024 * 1024;

    [Fact]
    public async Task FiftyMegabytes_ThroughTheWholeJob_GrowNoProcessBy150()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var platform = await DisposablePlatform.StartAsync();
        var ada = await platform.SignInAsync(cancellationToken);
        await RunAsync(ada, Records.Ndjson(1000), cancellationToken);
        var file = Records.Ndjson(RecordCount, SentencesPerRecord);
        Assert.InRange(file.Length, 50_000_000, 64 * 1024 * 1024);
        var before = platform.AllProcessIds().ToDictionary(processId => processId, RunningProcess.ResidentBytes);

        var peak = new Dictionary<int, long>(before);
        using var ending = new CancellationTokenSource();
        var watching = WatchAsync(peak, ending.Token);
        var result = await RunAsync(ada, file, cancellationToken);
        await ending.CancelAsync();
        await watching;

        Assert.Equal(Enumerable.Range(0, RecordCount), Records.Numbers(result));
        Assert.Equal(before.Keys.Order(), platform.AllProcessIds().Order());
        foreach (var (processId, bytes) in before)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"Process {processId} held {bytes / 1024 / 1024} MB and grew to {peak[processId] / 1024 / 1024} MB.");
            Assert.True(peak[processId] - bytes < MostGrowth, $"A process grew by {(peak[processId] - bytes) / 1024 / 1024} MB.");
        }
    }

    private static async Task<string> RunAsync(Person ada, byte[] file, CancellationToken cancellationToken)
    {
        using var records = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        var taskId = await ada.SubmitAsync(records, cancellationToken);
        var task = await ada.WaitForEndAsync(taskId, TimeSpan.FromMinutes(4), cancellationToken);
        Assert.Equal("succeeded", task.GetProperty("status").GetString());
        return await ada.ResultAsync(taskId, cancellationToken);
    }

    private static async Task WatchAsync(Dictionary<int, long> peak, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var processId in peak.Keys)
            {
                peak[processId] = Math.Max(peak[processId], RunningProcess.ResidentBytes(processId));
            }

            try
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
