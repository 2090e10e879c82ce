using Microsoft.Extensions.Options;
using Platform.Redis.Consumers;
using Platform.Redis.Resilience;

namespace NotificationService.Mail;

/// <summary>Sends what waits in the queue, a few at a time, on every replica. At least once: whoever is killed while sending leaves the e-mail to the next.</summary>
internal sealed class MailWorker(
    MailQueue queue, MailComposer composer, IMailTransport transport, MailState state, MailMetrics metrics,
    IOptions<MailOptions> options, TimeProvider timeProvider, ILogger<MailWorker> logger) : BackgroundLoop(logger)
{
    /// <summary>All that are taken are sent at once, so that none waits behind another until a third replica thinks it is forgotten.</summary>
    private const int AtOnce = 4;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly WakeSignal _wake = new();
    private IDisposable? _subscription;

    public override void Dispose()
    {
        _subscription?.Dispose();
        base.Dispose();
    }

    // Without a way out, what waits from another time waits for another setting.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Value.Transport == MailTransportKind.None ? Task.CompletedTask : base.ExecuteAsync(stoppingToken);

    protected override async Task StepAsync(CancellationToken stoppingToken)
    {
        _subscription ??= queue.OnWake(_wake.Set);
        var mails = await queue.TakeAsync(AtOnce, stoppingToken);

        // What was begun is finished: an attempt that is cut off may have been a success. Its time is limited anyway.
        var done = await Task.WhenAll(mails.Select(mail => TrySendAsync(mail, CancellationToken.None)));
        if (!done.Contains(true))
        {
            // Nothing to do, or a mail server that is away, which is not asked for thousands of e-mails at once.
            await _wake.WaitAsync(PollInterval, timeProvider, stoppingToken);
        }
    }

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
#pragma warning disable CA1031 // Whatever it was: the e-mail comes again, and others must not wait for it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Not the loop's to log: what it says may name the address.
            metrics.Attempted("failed");
            logger.MailFailed(mail.Id, exception.GetType().Name);
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
