using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.Redis.Scripting;
using Platform.ServiceDefaults.Authentication;
using StackExchange.Redis;
using UserService.Keys;

namespace UserService.Tokens;

/// <summary>The key ring in Redis: one script, which reads it and moves its keys on.</summary>
internal sealed class KeyRingStore(RedisStore redis, EventStreams events, UserKeys keys, IOptions<TokenOptions> tokens, IOptions<AuthOptions> auth)
{
    private static readonly RedisScript TurnKeyRing = RedisScript.FromResource(typeof(KeyRingStore).Assembly, "TurnKeyRing.lua");

    /// <summary>
    /// How long a retired key stays after its last token has expired. A replica may sign with it for as long as it has not heard that the key
    /// is retired, and services accept a token for the skew of their clocks longer.
    /// </summary>
    public TimeSpan RetiredStays => tokens.Value.KeyRingStaleness + auth.Value.ClockSkew;

    /// <summary>Calls back when any replica has changed the ring.</summary>
    public IDisposable OnChange(Action callback) => events.OnWake(keys.SigningKeys, callback);

    /// <param name="turn">What to do besides reading.</param>
    /// <param name="known">What the caller knows: put back where Redis has lost it.</param>
    /// <param name="revoked">Keys of <paramref name="known"/> that leave at once.</param>
    /// <param name="offered">Two new keys, used where they are needed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<StoredKeyRing> TurnAsync(
        KeyRingTurn turn, KeyRingContent? known, IEnumerable<RingKey> revoked, IReadOnlyList<OfferedKey> offered, CancellationToken cancellationToken)
    {
        var options = tokens.Value;
        RedisValue[] arguments =
        [
            turn.ToString().ToLowerInvariant(), Milliseconds(options.KeyPublishedBefore), Milliseconds(options.KeyRotation),
            Milliseconds(options.AccessTokenLifetime), Milliseconds(RetiredStays), events.WakeChannel,
            string.Join(' ', revoked.Select(one => one.Key.Id)),
            offered[0].Key.Id, offered[0].Sealed, offered[1].Key.Id, offered[1].Sealed,
            known?.Version ?? 0,
            .. known?.Keys.SelectMany(one => (RedisValue[])[one.Key.Id, one.Sealed, one.Times.ToString()]) ?? [],
        ];
        var reply = (RedisResult[])(await redis.EvaluateAsync(
            TurnKeyRing, [keys.SigningKeys, keys.SigningKeyTimes], arguments, cancellationToken))!;
        return new StoredKeyRing(
            (int)reply[0] == 1, TimeSpan.FromMilliseconds((long)reply[1]), (long)reply[2],
            [.. reply.Skip(3).Chunk(3).Select(one => new StoredKey((string)one[0]!, (byte[])one[1]!, RingKeyTimes.Parse((string)one[2]!)))]);
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}

/// <summary>What to do with the ring. The names are the script's.</summary>
internal enum KeyRingTurn
{
    /// <summary>Nothing but to begin one where there is none.</summary>
    Read,

    /// <summary>What is due.</summary>
    Turn,

    /// <summary>Also change the active key for the next, if that was published for long enough.</summary>
    Rotate,
}

/// <summary>The ring as it is in Redis.</summary>
/// <param name="Rotated">Whether this call changed the active key for the next.</param>
/// <param name="NextMaySignIn">How long the next key has still to be published before it may sign.</param>
internal sealed record StoredKeyRing(bool Rotated, TimeSpan NextMaySignIn, long Version, IReadOnlyList<StoredKey> Keys);

internal sealed record StoredKey(string Id, byte[] Sealed, RingKeyTimes Times);

/// <summary>A new key, in case the ring needs one.</summary>
internal sealed record OfferedKey(SigningKey Key, byte[] Sealed);
