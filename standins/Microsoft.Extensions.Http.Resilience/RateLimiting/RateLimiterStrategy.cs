using System.Threading.RateLimiting;
using Polly.Telemetry;

namespace Polly.RateLimiting;

internal sealed class RateLimiterStrategy(
    Func<RateLimiterArguments, ValueTask<RateLimitLease>> limiter,
    RateLimiter? owned,
    Func<OnRateLimiterRejectedArguments, ValueTask>? onRejected,
    ResilienceStrategyTelemetry telemetry) : ResilienceStrategy, IDisposable, IAsyncDisposable
{
    private static readonly ResilienceEvent Rejected = new(ResilienceEventSeverity.Error, "OnRateLimiterRejected");

    public void Dispose() => owned?.Dispose();

    public ValueTask DisposeAsync() => owned?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state)
    {
        RateLimitLease lease;
        try
        {
            lease = await limiter(new RateLimiterArguments(context)).ConfigureAwait(context.ContinueOnCapturedContext);
        }
        catch (OperationCanceledException exception)
        {
            return Outcome.FromException<TResult>(exception);
        }

        using (lease)
        {
            return lease.IsAcquired
                ? await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext)
                : await RejectAsync<TResult>(context, lease).ConfigureAwait(context.ContinueOnCapturedContext);
        }
    }

    private async ValueTask<Outcome<TResult>> RejectAsync<TResult>(ResilienceContext context, RateLimitLease lease)
    {
        var arguments = new OnRateLimiterRejectedArguments(context, lease);
        telemetry.Report(Rejected, context, arguments);
        if (onRejected is not null)
        {
            await onRejected(arguments).ConfigureAwait(context.ContinueOnCapturedContext);
        }

        var exception = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter)
            ? new RateLimiterRejectedException(retryAfter)
            : new RateLimiterRejectedException();
        return Outcome.FromException<TResult>(exception);
    }
}
