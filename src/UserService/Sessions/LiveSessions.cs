using Microsoft.Extensions.Caching.Memory;

namespace UserService.Sessions;

/// <summary>
/// Tells live sessions from ended ones, and notes when they were seen, without asking Redis each time. Who asks has checked the token, so
/// a session that somebody ended is refused before it comes here; what this adds is the end that comes by itself, and the last seen.
/// </summary>
internal sealed class LiveSessions(SessionStore sessions) : IDisposable
{
    private const int MostRemembered = 100_000;

    private readonly MemoryCache _live = new(new MemoryCacheOptions { SizeLimit = MostRemembered });

    /// <summary>Whether a session is live, or was within <see cref="SessionOptions.SeenInterval"/> and has not expired since.</summary>
    public ValueTask<bool> IsLiveAsync(string userId, string sessionId, CancellationToken cancellationToken) =>
        _live.TryGetValue(sessionId, out _) ? new(true) : new(AskAsync(userId, sessionId, cancellationToken));

    public void Dispose() => _live.Dispose();

    private async Task<bool> AskAsync(string userId, string sessionId, CancellationToken cancellationToken)
    {
        var rest = await sessions.TouchAsync(userId, sessionId, cancellationToken);
        if (rest > TimeSpan.Zero)
        {
            _live.Set(sessionId, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = rest });
        }

        return rest is not null;
    }
}
