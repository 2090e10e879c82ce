using System.Buffers.Binary;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.Redis.Scripting;
using Platform.ServiceDefaults.Revocations;
using StackExchange.Redis;
using UserService.Keys;
using UserService.Tokens;

namespace UserService.Revocations;

/// <summary>
/// The feed of revocations: a stream, so that it is durable, has an order, and can be followed. Every service reads it from the beginning
/// and keeps it in memory.
/// </summary>
internal sealed class RevocationFeed(RedisStore redis, EventStreams events, UserKeys keys, TimeProvider time) : IRevocationSource
{
    /// <summary>How many entries one page has at most.</summary>
    private const int LargestPage = 5000;

    private const int EntryLength = 1 + sizeof(ulong) + sizeof(uint);
    private const int MostAtOnce = 500;

    private static readonly RedisScript AppendRevocations = RedisScript.FromResource(typeof(RevocationFeed).Assembly, "AppendRevocations.lua");

    // The longest that a token can be configured to live, however long it lives now; clocks of ten minutes apart; and a minute for what is under way.
    private static readonly TimeSpan Retention = TokenOptions.LongestLifetime + TimeSpan.FromMinutes(11);

    private volatile string _lastPosition = "0-0";

    /// <summary>
    /// Where the feed was when this process last looked. For tokens that no session stands behind: one that was issued under an older place is
    /// refused rather than accepted.
    /// </summary>
    public string LastPosition => _lastPosition;

    /// <summary>
    /// Where the feed is: what a token gets as its <c>ep</c>. To be read before the session or the account is looked at, so that a revocation
    /// that comes in between is after it.
    /// </summary>
    public async Task<string> PositionAsync(CancellationToken cancellationToken) =>
        WithoutEpoch(await events.NewestIdAsync(keys.Revocations, cancellationToken));

    /// <summary>Writes revocations. Once this returns they survive this process, and Redis's restart.</summary>
    /// <returns>What was written, with its place in the feed where that counts.</returns>
    public async Task<IReadOnlyList<Revocation>> AppendAsync(
        IEnumerable<(RevocationKind Kind, ulong Digest)> revocations, CancellationToken cancellationToken)
    {
        var expired = (uint)(time.GetUtcNow() + Retention).ToUnixTimeSeconds();
        var written = new List<Revocation>();
        foreach (var page in revocations.Chunk(MostAtOnce))
        {
            RedisValue[] arguments =
            [
                (long)Retention.TotalMilliseconds, events.WakeChannel, .. page.Select(one => (RedisValue)Encode(one.Kind, one.Digest, UntilOf(one.Kind))),
            ];
            var last = (string)(await redis.EvaluateAsync(AppendRevocations, [keys.Revocations], arguments, cancellationToken))!;
            var position = EventPosition.Parse(last);
            written.AddRange(page.Select(one => new Revocation(one.Kind, one.Digest, EpochOf(one.Kind, position), UntilOf(one.Kind))));
        }

        return written;

        // Whoever has a key can go on signing: a service that knew it remembers for as long as it runs.
        uint UntilOf(RevocationKind kind) => kind == RevocationKind.Key ? uint.MaxValue : expired;
    }

    /// <inheritdoc />
    public async Task<RevocationPage> ReadAsync(string? after, TimeSpan wait, CancellationToken cancellationToken)
    {
        var batch = await events.ReadBatchAsync(keys.Revocations, after, LargestPage, wait, cancellationToken);
        _lastPosition = WithoutEpoch(batch.Position);
        return new RevocationPage(
            batch.Position, batch.Entries.Count == LargestPage, batch.HasGap, [.. batch.Entries.Select(Decode).OfType<Revocation>()]);
    }

    private static string WithoutEpoch(string position) => (EventPosition.Parse(position) with { Epoch = "" }).ToString();

    private static byte[] Encode(RevocationKind kind, ulong digest, uint until)
    {
        var entry = new byte[EntryLength];
        entry[0] = (byte)kind;
        BinaryPrimitives.WriteUInt64BigEndian(entry.AsSpan(1), digest);
        BinaryPrimitives.WriteUInt32BigEndian(entry.AsSpan(1 + sizeof(ulong)), until);
        return entry;
    }

    /// <summary>Null for what this version does not know.</summary>
    private static Revocation? Decode(EventEntry entry)
    {
        if (entry.Fields is not [var field] || (byte[]?)field.Value is not { Length: EntryLength } bytes || bytes[0] > (byte)RevocationKind.Key
            || !EventPosition.TryParse(entry.Id, out var position))
        {
            return null;
        }

        var kind = (RevocationKind)bytes[0];
        return new Revocation(
            kind, BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(1)), EpochOf(kind, position),
            BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1 + sizeof(ulong))));
    }

    private static ulong EpochOf(RevocationKind kind, EventPosition position) =>
        kind is RevocationKind.Subject or RevocationKind.Everybody ? RevocationEpoch.Of(position) : RevocationEpoch.Never;
}
