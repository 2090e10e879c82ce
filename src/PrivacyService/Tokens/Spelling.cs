namespace PrivacyService.Tokens;

/// <summary>
/// JSON can write one string in many ways: <c>"é"</c>, <c>"\u00e9"</c>, <c>"\u00E9"</c>. They are one value and must share a
/// token; yet restoring has to give back the very bytes. So where a value was not written in the plainest way, its token has
/// one or two of its own characters escaped: still the same string to every JSON reader, and which characters they are
/// tells how the value was written.
/// </summary>
internal readonly record struct Spelling(ushort Number)
{
    /// <summary>Shortest escapes, and only where JSON demands one.</summary>
    public static readonly Spelling Plain;

    /// <summary>Bit i of a mask: character i after the prefix is escaped. The plain spelling escapes none.</summary>
    private static readonly uint[] Masks =
    [
        0,
        .. from first in Enumerable.Range(0, PseudonymToken.BodyLength)
           from second in Enumerable.Range(first, PseudonymToken.BodyLength - first)
           select (1u << first) | (1u << second),
    ];

    private static readonly Dictionary<uint, ushort> Numbers =
        Masks.Select((mask, number) => (mask, number)).ToDictionary(pair => pair.mask, pair => (ushort)pair.number);

    public static int Count => Masks.Length;

    public uint EscapedCharacters => Masks[Number];

    /// <summary>One of the spellings that are not plain, chosen by a hash of how the value is written.</summary>
    public static Spelling FromHash(uint hash) => new((ushort)(1 + (hash % (uint)(Masks.Length - 1))));

    /// <summary>The spelling to take when this one already stands for another way of writing the same value.</summary>
    public Spelling Next() => new((ushort)(Number + 1 < Masks.Length ? Number + 1 : 1));

    /// <summary>Plain when some other hand escaped the token: the value is the same, only its spelling is not known.</summary>
    public static Spelling FromMask(uint escapedCharacters) => new(Numbers.GetValueOrDefault(escapedCharacters));
}
