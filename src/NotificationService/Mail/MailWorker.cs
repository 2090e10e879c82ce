using Microsoft.Extensions.Options;
using Platform.Redis;

namespace NotificationService.Mail;

/// <summary>Sends what waits in the queue, a few at a time, on every replica. At least once: whoever is killed while sending leaves the e-mail to the next.</summary>
internal sealed class MailWorker(
    MailQueue queue, MailComposer composer, IMailTransport transport, MailState state, MailMetrics metrics,
    IOptions<MailOptions> options, TimeProvider timeProvider, ILogger<MailWorker> logger) : BackgroundService
{
    /// <summary>All that are taken are sent at once, so that none waits behind another until a third replica thinks it is forgotten.</summary>
    private const int AtOnce = 4;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _wake = new(0, 1);

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Transport == MailTransportKind.None)
        {
            // What waits from another time waits for another setting.
            return;
        }

        await Task.Yield();
        using var subscription = queue.OnWake(Wake);
        var failed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var mails = await queue.TakeAsync(AtOnce, stoppingToken);

                // What was begun is finished: an attempt that is cut off may have been a success. Its time is limited anyway.
                var done = await Task.WhenAll(mails.Select(mail => TrySendAsync(mail, CancellationToken.None)));
                failed = false;
                if (done.Contains(true))
                {
                    continue;
                }

                // Nothing to do, or a mail server that is away, which is not asked for thousands of e-mails at once.
            }
            catch (Exception exception) when (exception is RedisUnavailableException or OperationCanceledException)
            {
                // The connection logs about itself; what was taken comes again.
            }
#pragma warning disable CA1031 // The loop is the last resort: what ends it ends the sending of e-mails silently.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!failed)
                {
                    logger.MailLoopFailed(exception.GetType().Name);
                }

                failed = true;
            }

            await WaitAsync(stoppingToken);
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
            // Awake already, or done for good.
        }
    }

    private Task WaitAsync(CancellationToken stoppingToken) =>
        _wake.WaitAsync(PollInterval, stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    /// <returns>False when it has to be tried again.</returns>
    private async Task<bool> TrySendAsync(QueuedMail mail, CancellationToken cancellationToken)
    {
        if (mail.Message is null)
        {
            logger.MailUnreadable(mail.Id);
            return await GiveUpAsync(mail, "unreadable", cancellationToken);
        }

        if (mail.Attempt > options.Value.MaxAttempts || mail.Age > options.Value.MaxAge)
        {
            logger.MailGivenUp(mail.Id, mail.Attempt - 1, (int)mail.Age.TotalMinutes);
            return await GiveUpAsync(mail, "expired", cancellationToken);
        }

        try
        {
            using var timeout = new CancellationTokenSource(options.Value.Timeout, timeProvider);
            using var message = composer.Compose(mail.Id, mail.Message);
            await transport.SendAsync(mail.Id, message, timeout.Token);
        }
        catch (MailRefusedException exception)
        {
            logger.MailRefused(mail.Id, exception.Status);
            return await GiveUpAsync(mail, "refused", cancellationToken);
        }
        catch (MailDeferredException exception)
        {
            metrics.Attempted("deferred");
            if (state.NoteFailure())
            {
                logger.MailDeferred(exception.Status, exception.InnerException?.InnerException?.GetType().Name ?? "none");
            }

            return false;
        }

        await queue.RemoveAsync(mail, cancellationToken);
        metrics.Attempted("sent");
        if (state.NoteSent())
        {
            logger.MailSentAgain();
        }

        return true;
    }

    private async Task<bool> GiveUpAsync(QueuedMail mail, string result, CancellationToken cancellationToken)
    {
        await queue.RemoveAsync(mail, cancellationToken);
        metrics.Attempted(result);
        return true;
    }
}
