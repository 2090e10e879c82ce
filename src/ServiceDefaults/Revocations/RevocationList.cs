using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using Platform.Redis.Guarantees;
using Platform.ServiceDefaults.Authentication;

namespace Platform.ServiceDefaults.Revocations;

/// <summary>
/// Every live revocation, in this process's memory: a check is a few reads, and no call. <see cref="RevocationFollower"/> keeps it up to date;
/// where it has not heard from UserService for <see cref="AuthOptions.RevocationStaleness"/>, the verdict is
/// <see cref="RevocationVerdict.Unknown"/>, and never good.
/// </summary>
public sealed class RevocationList
{
    private readonly ConcurrentDictionary<RevocationWatch, bool> _watches = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RevocationTable _table;
    private readonly TimeProvider _time;
    private readonly TimeSpan _staleness;
    private long _heardAt = long.MinValue;
    private volatile bool _failing;
    private volatile bool _hasKeys;
    private GuaranteeMode _told = GuaranteeMode.Starting;

    public RevocationList(TimeProvider time, IOptions<AuthOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _time = time;
        _staleness = options.Value.RevocationStaleness;
        _table = new RevocationTable(time);
    }

    /// <summary>Ends with the first attempt to read the feed, whatever came of it: until then a request had better wait a moment.</summary>
    public Task Begun => _begun.Task;

    /// <summary>How many are live, about.</summary>
    public int Count => _table.Count;

    /// <summary>Whether the feed was heard recently enough to call a token good.</summary>
    public bool IsFresh =>
        Volatile.Read(ref _heardAt) is var heardAt && heardAt != long.MinValue && _time.GetElapsedTime(heardAt) <= _staleness;

    /// <summary>What can be said of tokens now.</summary>
    internal GuaranteeMode Mode => !_begun.Task.IsCompleted ? GuaranteeMode.Starting
        : !IsFresh ? GuaranteeMode.Refusing
        : _failing ? GuaranteeMode.Local : GuaranteeMode.Redis;

    /// <summary>Raised by the follower after <see cref="Mode"/> changed.</summary>
    internal event Action? ModeChanged;

    /// <summary>What is known to be revoked is revoked, however long ago that was heard.</summary>
    public RevocationVerdict Check(in TokenFacts token) =>
        IsRevoked(token) ? RevocationVerdict.Revoked : IsFresh ? RevocationVerdict.Good : RevocationVerdict.Unknown;

    /// <summary>Whether a signing key was withdrawn: no token that is signed with it is good, whatever it says.</summary>
    /// <param name="digest">Of its id, as <see cref="RevocationDigest"/>.</param>
    public bool IsKeyRevoked(ulong digest) => _hasKeys && _table.IsRevoked(digest, issuedAt: 0);

    /// <summary>Whether a session's tokens were revoked: it has ended, or is to end.</summary>
    public bool IsSessionRevoked(string sessionId) => _table.IsRevoked(RevocationDigest.Of(RevocationKind.Session, sessionId), issuedAt: 0);

    /// <summary>For what goes on for longer than a request: tells when the caller's token is revoked. Dispose of it afterwards.</summary>
    public RevocationWatch Watch(ClaimsPrincipal caller)
    {
        var watch = new RevocationWatch(TokenFacts.Of(caller), one => _watches.TryRemove(one, out _));
        _watches[watch] = true;

        // Revoked between the check of the request and here.
        if (IsRevoked(watch.Facts))
        {
            watch.End();
        }

        return watch;
    }

    /// <summary>Takes revocations in; from here on they hold in this process.</summary>
    public void Add(IReadOnlyCollection<Revocation> revocations)
    {
        ArgumentNullException.ThrowIfNull(revocations);
        if (revocations.Count == 0)
        {
            return;
        }

        var hasKeys = false;
        foreach (var revocation in revocations)
        {
            _table.Add(revocation);
            hasKeys |= revocation.Kind == RevocationKind.Key;
        }

        _hasKeys |= hasKeys;
        foreach (var (watch, _) in _watches)
        {
            // With which key a stream's token was signed is not kept. Streams resume, and a key is withdrawn once in a lifetime.
            if (hasKeys || IsRevoked(watch.Facts))
            {
                watch.End();
            }
        }
    }

    /// <summary>Notes that the feed was read to its end.</summary>
    /// <param name="at">When that read began, by <see cref="TimeProvider.GetTimestamp"/>.</param>
    internal void Heard(long at)
    {
        Volatile.Write(ref _heardAt, at);
        _failing = false;
        _begun.TrySetResult();
        Tell();
    }

    /// <summary>Notes that the feed could not be read.</summary>
    internal void NotHeard()
    {
        _failing = true;
        _begun.TrySetResult();
        Tell();
    }

    private void Tell()
    {
        var mode = Mode;
        if (mode != _told)
        {
            _told = mode;
            ModeChanged?.Invoke();
        }
    }

    private bool IsRevoked(in TokenFacts token) =>
        token.IssuedAt < _table.Everybody
        || _table.IsRevoked(token.Token, token.IssuedAt)
        || _table.IsRevoked(token.Session, token.IssuedAt)
        || _table.IsRevoked(token.Subject, token.IssuedAt);
}
