using System.Globalization;

namespace UserService.Tokens;

/// <summary>The ring as a replica read it.</summary>
/// <param name="Version">Rises with every change.</param>
/// <param name="Keys">The active key, then the next, then those that are retired.</param>
/// <param name="IsWhole">Whether every key could be opened.</param>
/// <param name="NextMaySignIn">How long, when it was read, the next key had still to be published before it may sign.</param>
/// <param name="ReadAt">When it was read, by <see cref="TimeProvider.GetTimestamp"/>.</param>
internal sealed record KeyRingContent(long Version, IReadOnlyList<RingKey> Keys, bool IsWhole, bool Rotated, TimeSpan NextMaySignIn, long ReadAt);

/// <summary>A key with its place in the ring.</summary>
/// <param name="Sealed">As Redis keeps it, to put it back.</param>
internal sealed record RingKey(SigningKey Key, byte[] Sealed, RingKeyTimes Times)
{
    public SigningKeyState State => Times switch
    {
        { RetiredAt: not null } => SigningKeyState.Retired,
        { ActiveSince: not null } => SigningKeyState.Active,
        _ => SigningKeyState.Next,
    };
}

internal enum SigningKeyState
{
    /// <summary>Signs.</summary>
    Active,

    /// <summary>Published, and does not sign yet.</summary>
    Next,

    /// <summary>Published for as long as a token may be about that it signed.</summary>
    Retired,
}

/// <summary>By the clock of Redis.</summary>
/// <param name="LongestToken">The longest life of a token that the key signed, whatever the setting is by now.</param>
internal readonly record struct RingKeyTimes(DateTimeOffset CreatedAt, DateTimeOffset? ActiveSince, DateTimeOffset? RetiredAt, TimeSpan LongestToken)
{
    /// <summary>Four numbers, as <c>TurnKeyRing.lua</c> writes them.</summary>
    public static RingKeyTimes Parse(string text) =>
        text.Split(' ').Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray() is [var created, var activated, var retired, var longest]
            ? new(DateTimeOffset.FromUnixTimeMilliseconds(created), Moment(activated), Moment(retired), TimeSpan.FromMilliseconds(longest))
            : throw new InvalidDataException("The times of a signing key are damaged.");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{CreatedAt.ToUnixTimeMilliseconds()} {Number(ActiveSince)} {Number(RetiredAt)} {LongestToken.TotalMilliseconds:0}");

    private static DateTimeOffset? Moment(long milliseconds) => milliseconds == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static long Number(DateTimeOffset? moment) => moment?.ToUnixTimeMilliseconds() ?? 0;
}
