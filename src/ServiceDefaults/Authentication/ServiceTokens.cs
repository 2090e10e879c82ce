using System.Collections.Concurrent;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>
/// This service's own access tokens, one per set of scopes, kept until shortly before they
/// expire. Callers that need a new one at the same time share one request.
/// </summary>
internal sealed class ServiceTokens(IServiceTokenSource source, TimeProvider timeProvider)
{
    // A fifth of its life is left for calls under way and clocks apart.
    private const double RenewAfter = 0.8;

    // Lazy, as the dictionary may make two where two ask at once, and keeps one: only that one's token is asked for.
    private readonly ConcurrentDictionary<string, Lazy<Task<Token>>> _tokens = new(StringComparer.Ordinal);

    /// <summary>Scopes are fixed where clients are registered, so there are few entries.</summary>
    public async Task<string> GetAsync(string scopes, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = _tokens.GetOrAdd(scopes, name => new Lazy<Task<Token>>(() => RequestAsync(name)));
            var token = await request.Value.WaitAsync(cancellationToken);
            if (timeProvider.GetUtcNow() < token.RenewAt)
            {
                return token.Value;
            }

            Forget(scopes, request);
        }
    }

    /// <summary>Drops a token that a service refused, unless it has been replaced already.</summary>
    public void Forget(string scopes, string value)
    {
        if (_tokens.TryGetValue(scopes, out var request) && request is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result.Value: var known } } && known == value)
        {
            Forget(scopes, request);
        }
    }

    private void Forget(string scopes, Lazy<Task<Token>> request) => _tokens.TryRemove(KeyValuePair.Create(scopes, request));

    private async Task<Token> RequestAsync(string scopes)
    {
        try
        {
            var issued = await source.IssueAsync(scopes);
            return new Token(issued.AccessToken, timeProvider.GetUtcNow() + (issued.Lifetime * RenewAfter));
        }
        catch
        {
            _tokens.TryRemove(scopes, out _);
            throw;
        }
    }

    private sealed record Token(string Value, DateTimeOffset RenewAt);
}
