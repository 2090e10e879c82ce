namespace PrivacyService.Detection.Fields;

/// <summary>What the value of a field with such a name is.</summary>
/// <param name="Type">The kind of personal data.</param>
/// <param name="NeedsPerson">Only where the object tells of a person: things have names and places too.</param>
/// <param name="IsLabel">Also as a label in running text.</param>
internal sealed record FieldName(string Type, bool NeedsPerson = false, bool IsLabel = false)
{
    private const int LongestName = 120;
    private const int LongestText = 300;
    private const int FewestDigits = 4;
    private const int FewestPhoneDigits = 6;

    private FieldName? _owned;

    /// <summary>The same where the name says whose it is.</summary>
    public FieldName Owned => _owned ??= NeedsPerson ? this with { NeedsPerson = false } : this;

    /// <summary>Whether a value can be what the name says: neither an empty one, nor a sentence in the place of a number.</summary>
    public bool Accepts(ReadOnlySpan<char> value, bool isNumber) => Type switch
    {
        DataKind.PersonName => !isNumber && value.Length <= LongestName && HasLetter(value),
        DataKind.Address => value.Length <= LongestText && (HasLetter(value) || Digits(value) > 0),
        DataKind.DateOfBirth => value.Length <= LongestName && Digits(value) >= FewestDigits,
        DataKind.Ssn => value.Length <= LongestName && Digits(value) >= FewestDigits,
        DataKind.Phone => value.Length <= LongestName && Digits(value) >= FewestPhoneDigits && !HasLetter(value[..^Math.Min(value.Length, 8)]),
        _ => !isNumber && !value.IsWhiteSpace() && value.IndexOfAnyExcept(value[0]) >= 0,
    };

    private static int Digits(ReadOnlySpan<char> value)
    {
        var digits = 0;
        foreach (var character in value)
        {
            digits += char.IsDigit(character) ? 1 : 0;
        }

        return digits;
    }

    private static bool HasLetter(ReadOnlySpan<char> value)
    {
        foreach (var character in value)
        {
            if (char.IsLetter(character))
            {
                return true;
            }
        }

        return false;
    }
}
