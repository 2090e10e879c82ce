using Microsoft.Extensions.Options;
using Platform.Redis;
using StackExchange.Redis;
using UserService.Keys;
using UserService.Revocations;
using UserService.Users;

namespace UserService.Sessions;

/// <summary>
/// Sessions in Redis: a list of the live ones per person, which decides, and a hash for each with its details. Account, list and
/// sessions of a person share a hash tag, so signing in, refreshing and ending are one script each.
/// </summary>
internal sealed class SessionStore(
    RedisStore redis, UserKeys keys, Secrets secrets, Revoker revoker, RecentUsers recent, IOptions<SessionOptions> options)
{
    private static readonly RedisValue[] Details = ["security", "device", "methods", "created", "seen"];

    private readonly SessionOptions _options = options.Value;

    public async Task<SessionCreation> CreateAsync(
        User user, string sessionId, RefreshToken refreshToken, Device device, string methods, CancellationToken cancellationToken)
    {
        RedisKey[] touched = [keys.Account(user.Id), keys.SessionList(user.Id), keys.Session(user.Id, sessionId)];
        RedisValue[] facts =
        [
            sessionId, AccountCodec.SecurityDigest(user), refreshToken.Digest, secrets.Devices.Seal(device.ToUtf8(), sessionId), methods,
            Milliseconds(_options.IdleLifetime), Milliseconds(_options.AbsoluteLifetime), _options.MaxPerUser,
            _options.WhenFull == SessionCap.Reject ? 1 : 0,
        ];
        var revoked = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var reply = (RedisResult[])(await redis.EvaluateAsync(
                SessionScripts.CreateSession, touched, [.. facts, .. revoked.Select(id => (RedisValue)id)], cancellationToken))!;
            var outcome = (SessionCreation)(int)reply[0];
            var evicted = Ids(reply.Skip(1));
            if (outcome != SessionCreation.Evicting)
            {
                await RemoveAsync(user.Id, evicted, cancellationToken);
                return outcome;
            }

            // Before they end, so that no token outlives a crash. Others who sign in meanwhile may leave yet others to end: each round revokes some.
            await revoker.RevokeSessionsAsync(evicted, cancellationToken);
            revoked.UnionWith(evicted);
        }
    }

    public async Task<RotationResult> RotateAsync(
        RefreshToken presented, RefreshToken successor, byte[] sealedAnswer, CancellationToken cancellationToken)
    {
        var (userId, sessionId) = (presented.UserId, presented.SessionId);
        var reply = (RedisResult[])(await redis.EvaluateAsync(
            SessionScripts.RotateRefreshToken,
            [keys.Account(userId), keys.SessionList(userId), keys.Session(userId, sessionId), keys.Successor(userId, sessionId)],
            [
                sessionId, presented.Digest, presented.Generation, successor.Digest, sealedAnswer,
                Milliseconds(_options.RefreshGrace), Milliseconds(_options.IdleLifetime),
            ],
            cancellationToken))!;
        var outcome = (RotationOutcome)(int)reply[0];
        if (outcome == RotationOutcome.Reused && !await EndAsync(userId, sessionId, cancellationToken))
        {
            // Another request found it out and has ended the session.
            outcome = RotationOutcome.NoSession;
        }

        return new RotationResult(outcome, reply.Length > 1 ? (byte[]?)reply[1] : null);
    }

    /// <summary>Asks whether a session is live; notes, once in a while, that it was seen.</summary>
    /// <returns>How long that need not be asked again; null when it has ended.</returns>
    public async Task<TimeSpan?> TouchAsync(string userId, string sessionId, CancellationToken cancellationToken)
    {
        var rest = (long)await redis.EvaluateAsync(
            SessionScripts.TouchSession,
            [keys.Account(userId), keys.SessionList(userId), keys.Session(userId, sessionId)],
            [sessionId, Milliseconds(_options.IdleLifetime), Milliseconds(_options.SeenInterval)],
            cancellationToken);
        if (rest < 0)
        {
            return null;
        }

        await recent.SeenAsync(userId, cancellationToken);
        return TimeSpan.FromMilliseconds(rest);
    }

    /// <summary>Looks at a session without counting as use of it.</summary>
    /// <returns>Null when it is not live.</returns>
    public async Task<SessionPeek?> PeekAsync(string userId, string sessionId, CancellationToken cancellationToken) =>
        (RedisResult[])(await redis.EvaluateAsync(
            SessionScripts.PeekSession,
            [keys.Account(userId), keys.SessionList(userId), keys.Session(userId, sessionId)],
            [sessionId],
            cancellationToken))! is [var expires, var refresh]
            ? new SessionPeek(DateTimeOffset.FromUnixTimeMilliseconds((long)expires), (string)refresh!)
            : null;

    /// <summary>The live sessions of a person, the one seen last first.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(User user, CancellationToken cancellationToken)
    {
        var list = keys.SessionList(user.Id);
        var entries = await redis.ExecuteAsync(
            "session.list", database => database.SortedSetRangeByRankWithScoresAsync(list), cancellationToken);
        var rows = await redis.ExecuteAsync(
            "session.read",
            database => Task.WhenAll(entries.Select(entry => database.HashGetAsync(keys.Session(user.Id, (string)entry.Element!), Details))),
            cancellationToken);

        // A row that is gone has expired; one of another stamp ended when the password changed.
        var security = AccountCodec.SecurityDigest(user);
        return
        [
            .. entries.Zip(rows)
                .Where(pair => pair.Second[0] == security)
                .Select(pair => Read(pair.First, pair.Second))
                .OrderByDescending(session => session.SeenAt),
        ];
    }

    /// <summary>The device that a session was started on.</summary>
    /// <returns>Null when it is not there any more.</returns>
    public async Task<Device?> DeviceOfAsync(string userId, string sessionId, CancellationToken cancellationToken)
    {
        var key = keys.Session(userId, sessionId);
        var device = await redis.ExecuteAsync("session.device", database => database.HashGetAsync(key, "device"), cancellationToken);
        return device.IsNull ? null : Device.FromUtf8(secrets.Devices.Open((byte[])device!, sessionId));
    }

    /// <summary>
    /// Ends a session. Its tokens are revoked first: where Redis goes in between, they are refused all the same, and asking again ends it.
    /// </summary>
    /// <returns>False when the session was not live.</returns>
    public async Task<bool> EndAsync(string userId, string sessionId, CancellationToken cancellationToken)
    {
        var list = keys.SessionList(userId);
        if (await redis.ExecuteAsync("session.find", database => database.SortedSetScoreAsync(list, sessionId), cancellationToken) is null)
        {
            return false;
        }

        await revoker.RevokeSessionsAsync([sessionId], cancellationToken);
        return (int)await redis.EvaluateAsync(
            SessionScripts.EndSession,
            [list, keys.Session(userId, sessionId), keys.Successor(userId, sessionId)],
            [sessionId],
            cancellationToken) == 1;
    }

    /// <summary>Ends all sessions of a person, and all tokens: before, so that none outlives a crash, and after, so that none was issued between.</summary>
    public async Task<int> EndAllAsync(string userId, CancellationToken cancellationToken)
    {
        await revoker.RevokeSubjectAsync(userId, cancellationToken);
        var ended = Ids((RedisResult[])(await redis.EvaluateAsync(
            SessionScripts.EndAllSessions, [keys.SessionList(userId)], [], cancellationToken))!);
        await revoker.RevokeSubjectAsync(userId, cancellationToken);
        await RemoveAsync(userId, ended, cancellationToken);
        return ended.Length;
    }

    /// <summary>Ends all sessions of a person but one. Tokens are revoked before, so that none outlives a crash, and after, so that none was issued between.</summary>
    public async Task<int> EndOthersAsync(string userId, string keptSessionId, CancellationToken cancellationToken)
    {
        await RevokeOthersAsync(userId, keptSessionId, cancellationToken);
        return await EndOthersAsync(userId, keptSessionId, "", cancellationToken);
    }

    /// <summary>After a change of password, which ended every session of the old security stamp: moves one of them to the new stamp.</summary>
    public Task<int> EndOthersAsync(User user, string keptSessionId, CancellationToken cancellationToken) =>
        EndOthersAsync(user.Id, keptSessionId, AccountCodec.SecurityDigest(user), cancellationToken);

    /// <summary>Revokes the tokens of all sessions but one, which stay on the list: what ends them follows.</summary>
    public async Task RevokeOthersAsync(string userId, string keptSessionId, CancellationToken cancellationToken)
    {
        var list = keys.SessionList(userId);
        var live = await redis.ExecuteAsync("session.list", database => database.SortedSetRangeByRankAsync(list), cancellationToken);
        await revoker.RevokeSessionsAsync([.. live.Select(id => (string)id!).Where(id => id != keptSessionId)], cancellationToken);
    }

    private async Task<int> EndOthersAsync(string userId, string keptSessionId, string security, CancellationToken cancellationToken)
    {
        var ended = (RedisResult[])(await redis.EvaluateAsync(
            SessionScripts.EndOtherSessions,
            [keys.SessionList(userId), keys.Session(userId, keptSessionId)],
            [keptSessionId, security],
            cancellationToken))!;
        await RemoveAsync(userId, Ids(ended), cancellationToken);
        return ended.Length;
    }

    /// <summary>Revokes the tokens of sessions that are off the list, and removes what is left: it would expire too, but it is people's data.</summary>
    private async Task RemoveAsync(string userId, string[] sessionIds, CancellationToken cancellationToken)
    {
        if (sessionIds.Length == 0)
        {
            return;
        }

        await revoker.RevokeSessionsAsync(sessionIds, cancellationToken);
        RedisKey[] remains = [.. sessionIds.SelectMany(id => (RedisKey[])[keys.Session(userId, id), keys.Successor(userId, id)])];
        await redis.ExecuteAsync("session.remove", database => database.KeyDeleteAsync(remains), cancellationToken);
    }

    private static string[] Ids(IEnumerable<RedisResult> reply) => [.. reply.Select(id => (string)id!)];

    private Session Read(SortedSetEntry entry, RedisValue[] row)
    {
        var id = (string)entry.Element!;
        return new Session(
            id,
            Device.FromUtf8(secrets.Devices.Open((byte[])row[1]!, id)),
            ((string)row[2]!).Split(' '),
            DateTimeOffset.FromUnixTimeMilliseconds((long)row[3]),
            DateTimeOffset.FromUnixTimeMilliseconds((long)row[4]),
            DateTimeOffset.FromUnixTimeMilliseconds((long)entry.Score));
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
