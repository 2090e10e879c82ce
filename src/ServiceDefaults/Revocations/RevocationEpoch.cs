using Platform.Redis.Events;

namespace Platform.ServiceDefaults.Revocations;

/// <summary>
/// A place in the feed as one number that orders as the feed does: 44 bits of milliseconds, 20 bits of sequence. A token carries the place
/// that the feed was at when it was issued (the claim <see cref="Authentication.AccessTokenClaims.Epoch"/>), so telling what came before what
/// compares no two clocks.
/// </summary>
public static class RevocationEpoch
{
    private const int SequenceBits = 20;
    private const ulong LargestSequence = (1 << SequenceBits) - 1;

    /// <summary>After every place: what is revoked under it is refused whenever it was issued.</summary>
    public const ulong Never = ulong.MaxValue;

    public static ulong Of(EventPosition position) => (position.Time << SequenceBits) | Math.Min(position.Sequence, LargestSequence);

    /// <summary>As tokens carry it.</summary>
    public static string ToClaim(ulong epoch) => new EventPosition("", epoch >> SequenceBits, epoch & LargestSequence).ToString();

    /// <summary>Of the claim; before everything for what is none, so that such a token gains nothing.</summary>
    public static ulong Parse(string? claim) => EventPosition.TryParse(claim, out var position) ? Of(position) : 0;
}
