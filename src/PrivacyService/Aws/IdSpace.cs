namespace PrivacyService.Aws;

/// <summary>
/// The set of texts of one form to which an id belongs: what it keeps (a prefix, hyphens, a UUID's version), and the smallest alphabet
/// of the rest. It follows from the text alone, so that a surrogate needs no type to be looked up by.
/// </summary>
internal readonly record struct IdSpace(int Kept, string Alphabet)
{
    /// <summary>FF1 wants a million texts in a space at least: six digits.</summary>
    public const int Shortest = 6;

    private const string Digits = "0123456789";
    private const string LowerHex = "0123456789abcdef";
    private const string UpperHex = "0123456789ABCDEF";
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const string Lower = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Mixed = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int UuidVersion = 14;
    private const int UuidVariant = 19;
    private const int LongId = 17;

    /// <summary>Half of the text must be a number that arithmetic of 128 bits can take one more byte onto.</summary>
    private const double MostBits = 240;

    private static readonly string[] Usual = [Digits, LowerHex, UpperHex, Lower, Upper, Mixed];
    private static readonly string[] OfIam = [Base32, Upper];

    public static bool TryOf(ReadOnlySpan<char> id, out IdSpace space)
    {
        var isIam = IamId.TypeOf(id) is not null;
        var kept = isIam ? IamId.PrefixLength : Ec2Id.TypeOf(id) is null ? 0 : id.LastIndexOf('-') + 1;
        kept += kept > 0 && id.Length - kept == LongId && id[kept] == '0' ? 1 : 0;
        foreach (var alphabet in isIam ? OfIam : Usual)
        {
            space = new IdSpace(kept, alphabet);
            if (space.Contains(id))
            {
                var count = space.CountOf(id);
                var bits = count * Math.Log2(alphabet.Length);
                return count >= Shortest && (bits <= MostBits || alphabet is LowerHex or UpperHex && count <= IdShape.CanonicalLength);
            }
        }

        space = default;
        return false;
    }

    /// <summary>Whether a character is one of those that change.</summary>
    public bool Varies(ReadOnlySpan<char> id, int index) =>
        index >= Kept && id[index] != '-' && char.IsAsciiLetterOrDigit(id[index])
        && !(index is UuidVersion or UuidVariant && IdShape.IsUuid(id));

    public int CountOf(ReadOnlySpan<char> id)
    {
        var count = 0;
        for (var i = 0; i < id.Length; i++)
        {
            count += Varies(id, i) ? 1 : 0;
        }

        return count;
    }

    private bool Contains(ReadOnlySpan<char> id)
    {
        for (var i = 0; i < id.Length; i++)
        {
            if (Varies(id, i) && !Alphabet.Contains(id[i], StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
