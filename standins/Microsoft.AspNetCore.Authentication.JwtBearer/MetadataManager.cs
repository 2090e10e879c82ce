using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>
/// Keeps an issuer's metadata and keys. However many requests wait, one asks. An issuer that does not answer is asked again soon
/// where nothing is known of it yet, and not before the refresh interval where old metadata can serve; old is better than none.
/// </summary>
/// <remarks>The library's own manager, in the version that restricted feeds have, waits the whole interval after a first failure:
/// a service that starts before its issuer would refuse everybody for half a minute.</remarks>
internal sealed class MetadataManager(
    string address,
    IDocumentRetriever retriever,
    TimeSpan automaticRefreshInterval,
    TimeSpan refreshInterval,
    TimeProvider timeProvider) : IConfigurationManager<OpenIdConnectConfiguration>
{
    private static readonly TimeSpan FirstRetryInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private OpenIdConnectConfiguration? _current;
    private Exception? _failure;
    private Task? _retrieval;
    private long _lastAttempt;
    private long _lastRequestedRefresh;
    private DateTimeOffset _dueAt = DateTimeOffset.MinValue;

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        if (EnsureRetrieval() is { } retrieval)
        {
            await retrieval.WaitAsync(cancel).ConfigureAwait(false);
        }

        return Volatile.Read(ref _current) ?? throw new InvalidOperationException($"The metadata at '{address}' could not be retrieved.", _failure);
    }

    public void RequestRefresh()
    {
        lock (_lock)
        {
            if (_lastRequestedRefresh == 0 || timeProvider.GetElapsedTime(_lastRequestedRefresh) >= refreshInterval)
            {
                _lastRequestedRefresh = timeProvider.GetTimestamp();
                _dueAt = DateTimeOffset.MinValue;
            }
        }
    }

    private Task? EnsureRetrieval()
    {
        lock (_lock)
        {
            if (_retrieval is { IsCompleted: false })
            {
                return _retrieval;
            }

            var retryIsDue = _current is not null || _lastAttempt == 0 || timeProvider.GetElapsedTime(_lastAttempt) >= FirstRetryInterval;
            if (timeProvider.GetUtcNow() < _dueAt || !retryIsDue)
            {
                return null;
            }

            _lastAttempt = timeProvider.GetTimestamp();
            using var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
            return _retrieval = Task.Run(RetrieveAsync);
        }
    }

    /// <summary>Belongs to all who wait, so no single request's end cancels it; the backchannel's timeout bounds it.</summary>
    private async Task RetrieveAsync()
    {
        try
        {
            var configuration = await OpenIdConnectConfigurationRetriever.GetAsync(address, retriever, CancellationToken.None).ConfigureAwait(false);
            lock (_lock)
            {
                _current = configuration;
                _failure = null;
                _dueAt = timeProvider.GetUtcNow() + automaticRefreshInterval;
            }
        }
        catch (Exception exception)
        {
            lock (_lock)
            {
                _failure = exception;
                _dueAt = _current is null ? DateTimeOffset.MinValue : timeProvider.GetUtcNow() + refreshInterval;
            }
        }
    }
}
