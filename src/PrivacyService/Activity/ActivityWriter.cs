using Platform.Redis;
using Platform.Redis.Consumers;

namespace PrivacyService.Activity;

/// <summary>Takes calls from the queue, and writes them down some at a time. What Redis did not take waits for it; what it may have taken is not sent twice.</summary>
internal sealed class ActivityWriter(ActivityQueue queue, ActivityStore store, ILogger<ActivityWriter> logger) : BackgroundLoop(logger)
{
    private const int MostPerBatch = 200;

    /// <summary>So that calls that end together are written together.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    private readonly List<(Func<CancellationToken, Task> WriteAsync, int Calls)> _waiting = [];

    protected override async Task StepAsync(CancellationToken stoppingToken)
    {
        if (_waiting.Count == 0)
        {
            await queue.Reader.WaitToReadAsync(stoppingToken);
            await Task.Delay(Gathering, stoppingToken);
            Take();
        }

        await WriteAsync(stoppingToken);
    }

    protected override async Task EndAsync()
    {
        try
        {
            do
            {
                await WriteAsync(CancellationToken.None);
                Take();
            }
            while (_waiting.Count > 0);
        }
        catch (RedisUnavailableException)
        {
            // The last calls are missing in events and statistics, which are otherwise right.
            queue.Dropped(_waiting.Sum(write => write.Calls));
        }
    }

    private void Take()
    {
        var records = new List<ActivityRecord>();
        while (records.Count < MostPerBatch && queue.Reader.TryRead(out var record))
        {
            records.Add(record);
        }

        if (records.Count == 0)
        {
            return;
        }

        _waiting.Add((stop => store.AddAsync(records, stop), records.Count));
        foreach (var own in records.Where(record => record.Owner is not null).GroupBy(record => record.Owner!))
        {
            var ofOwner = own.ToArray();
            _waiting.Add((stop => store.AddAsync(own.Key, ofOwner, stop), 0));
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        while (_waiting.Count > 0)
        {
            try
            {
                await _waiting[0].WriteAsync(cancellationToken);
            }
            catch (RedisUnavailableException exception) when (exception.OutcomeUnknown)
            {
                // Too little is better than twice.
                queue.Dropped(_waiting[0].Calls);
            }

            _waiting.RemoveAt(0);
        }
    }
}
