using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.ServiceDefaults.Revocations;

/// <summary>Reads the feed from its beginning, then follows it. Where it cannot be read it says so once, and tries again until it can.</summary>
internal sealed class RevocationFollower(
    IRevocationSource source, RevocationList list, TimeProvider time, ILogger<RevocationFollower> logger) : BackgroundService
{
    // Well below the staleness, so that a lost answer or two do not matter.
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestAnswer = LongestPoll + TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? position = null;
        var wait = TimeSpan.Zero;
        var pause = ShortestPause;
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            try
            {
                using var timeout = new CancellationTokenSource(LongestAnswer, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
                var page = await source.ReadAsync(position, wait, either.Token);
                list.Add(page.Items);
                position = page.Position;
                wait = page.More ? TimeSpan.Zero : LongestPoll;
                if (!page.More)
                {
                    list.Heard(began);
                }

                if (page.Restarted)
                {
                    logger.FeedRestarted();
                }

                if (failing)
                {
                    logger.FeedReadAgain();
                }

                failing = false;
                pause = ShortestPause;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever stands between here and the feed, what is known stays known, and the next look may succeed.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!failing)
                {
                    logger.FeedNotRead(exception is HttpRequestException { StatusCode: { } status } ? $"UserService answered {(int)status}" : exception.GetType().Name);
                }

                failing = true;
                list.NotHeard();
                wait = TimeSpan.Zero;
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }
}
