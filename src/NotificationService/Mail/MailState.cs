using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace NotificationService.Mail;

/// <summary>Whether e-mails go out. That they do not is no reason to send requests elsewhere, so it is never more than degraded.</summary>
internal sealed class MailState(IOptions<MailOptions> options, TimeProvider timeProvider) : IHealthCheck
{
    private readonly Lock _gate = new();
    private DateTimeOffset? _failingSince;

    /// <returns>Whether this is news.</returns>
    public bool NoteSent()
    {
        lock (_gate)
        {
            var news = _failingSince is not null;
            _failingSince = null;
            return news;
        }
    }

    /// <returns>Whether this is news.</returns>
    public bool NoteFailure()
    {
        lock (_gate)
        {
            var news = _failingSince is null;
            _failingSince ??= timeProvider.GetUtcNow();
            return news;
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (options.Value.Transport == MailTransportKind.None)
        {
            return Task.FromResult(HealthCheckResult.Degraded($"E-mails are refused. {MailApi.HowToConfigure}"));
        }

        DateTimeOffset? since;
        lock (_gate)
        {
            since = _failingSince;
        }

        return Task.FromResult(since is { } time
            ? HealthCheckResult.Degraded($"E-mails have not been going out since {time:u}; they wait and are tried again.")
            : HealthCheckResult.Healthy("E-mails go out."));
    }
}
