using System.Collections.ObjectModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Redis.Connection;
using Platform.Redis.Resilience;

namespace Platform.Redis.Health;

/// <summary>
/// The check <c>redis</c>: unhealthy when the operations do not work within their budget, degraded when the server's settings endanger
/// what is kept there. One probe serves everybody who asks within a second.
/// </summary>
internal sealed class RedisHealthCheck : IHealthCheck
{
    public const string Name = "redis";
    public const string ReadyTag = "ready";

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);
    // A probe that is given up still says which primaries had answered.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan FactsLifetime = TimeSpan.FromSeconds(10);

    private readonly RedisProbe _probe;
    private readonly RedisStore _store;
    private readonly RedisConnectionTarget _target;
    private readonly TimeSpan _budget;
    private readonly bool _passwordExpected;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly KnownFacts _known = new();
    private readonly Lock _gate = new();
    private Task<HealthCheckResult>? _latest;
    private long _latestAt;
    private ReadOnlyCollection<RedisFinding> _findings = ReadOnlyCollection<RedisFinding>.Empty;
    private long? _factsAt;

    public RedisHealthCheck(
        RedisConnection connection, RedisPrimaries primaries, RedisStore store, RedisConnectionTarget target, IOptions<RedisOptions> options,
        IHostEnvironment environment, TimeProvider time, ILogger<RedisHealthCheck> logger)
    {
        _probe = new RedisProbe(connection, primaries);
        _store = store;
        _target = target;
        _budget = options.Value.HealthTimeout;
        _passwordExpected = !environment.IsDevelopment();
        _time = time;
        _logger = logger;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        Task<HealthCheckResult> latest;
        lock (_gate)
        {
            if (_latest is null || (_latest.IsCompleted && _time.GetElapsedTime(_latestAt) >= Lifetime))
            {
                _latest = ProbeAsync();
            }

            latest = _latest;
        }

        return latest.WaitAsync(cancellationToken);
    }

    private async Task<HealthCheckResult> ProbeAsync()
    {
        var readFacts = _factsAt is not { } at || _time.GetElapsedTime(at) >= FactsLifetime;
        using var giveUp = new CancellationTokenSource(_budget, _time);
        var probe = _probe.RunAsync(readFacts, giveUp.Token);
        ProbeOutcome outcome;
        try
        {
            outcome = await probe.WaitAsync(_budget + Grace, _time).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            probe.Abandon();
            outcome = new ProbeOutcome(exception is OperationCanceledException ? new TimeoutException() : exception, _budget);
        }

        if (_known.Note(outcome))
        {
            _factsAt = _time.GetTimestamp();
            Replace(ClusterFindings.Of(_known.All, told => ServerFindings.Of(told.Facts, told.Before, _passwordExpected, _target.HasPassword)));
        }

        var result = Judge(outcome);
        Volatile.Write(ref _latestAt, _time.GetTimestamp());
        return result;
    }

    private HealthCheckResult Judge(ProbeOutcome outcome)
    {
        var data = new Dictionary<string, object>
        {
            ["connected"] = outcome.Connected,
            ["url"] = _target.MaskedUrl,
            ["latencyMs"] = Math.Round(outcome.Latency.TotalMilliseconds, 2),
            ["operations"] = outcome.Operations,
            ["breaker"] = _store.State,
            ["findings"] = _findings,
            ["checkedAt"] = _time.GetUtcNow(),
        };
        if (outcome.Primaries is [{ Name: not null }, ..])
        {
            data["primaries"] = outcome.Primaries.ToDictionary(primary => primary.Name!, primary => primary.Works ? "ok" : Word(primary.Failure));
        }

        if (!outcome.AnyWorks)
        {
            return HealthCheckResult.Unhealthy(Describe(outcome), data: data);
        }

        if (outcome.Away.Count() is var away and > 0)
        {
            // Not unhealthy: taking the service away would cost those their answers whose keys are elsewhere.
            return HealthCheckResult.Degraded($"{away} of {outcome.Primaries.Count} primaries of the cluster do not work.", data: data);
        }

        return _findings.Any(finding => finding.Severity > RedisFindingSeverity.Information)
            ? HealthCheckResult.Degraded("Redis works; its settings need attention.", data: data)
            : HealthCheckResult.Healthy("Redis works.", data);
    }

    private string Describe(ProbeOutcome outcome) => outcome.Failure switch
    {
        null => "Redis answered, but did not keep what was written.",
        TimeoutException => $"Redis did not answer within {_budget.TotalMilliseconds:F0} ms.",
        var failure => RedisFailure.Of(failure) is { } known ? $"Redis refused an operation: {known.Reason}." : "Redis refused an operation.",
    };

    private static string Word(Exception? failure) => failure is not null && RedisFailure.Of(failure) is { } known
        ? RedisFailure.Word(known.Reason)
        : "refused";

    private void Replace(List<RedisFinding> findings)
    {
        foreach (var finding in findings.Where(finding => _findings.All(known => known.Id != finding.Id)))
        {
            _logger.FindingAppeared(finding.Id, finding.Actual, finding.Expected, finding.Fix);
        }

        foreach (var finding in _findings.Where(known => findings.All(finding => known.Id != finding.Id)))
        {
            _logger.FindingMended(finding.Id);
        }

        _findings = findings.AsReadOnly();
    }
}
