namespace PrivacyService.Detection.Recognisers;

/// <summary>
/// Telephone numbers: international ones by calling code and length, national ones by the forms people write. Where a form is
/// also that of an amount or an order number, only with a word such as "tel" before it.
/// </summary>
internal sealed class PhoneRecogniser : IRecogniser
{
    public const string Type = DataKind.Phone;

    private const int ShortestTrunk = 9;
    private const int LongestTrunk = 12;

    public string Anchors => "+(0123456789";

    public bool Wants(AnchorShape shape)
    {
        // After a hyphen there is a piece of a UUID, of a date, or of an id such as INV-0123-45678.
        if (shape.IsPreceded || shape.Previous is '+' or '-')
        {
            return false;
        }

        if (!shape.IsDigits)
        {
            return shape.Next == '5';
        }

        // In one piece, or a first group as somebody writes them.
        return !shape.IsContinued
            && shape.Length <= PhoneText.MaxDigits
            && (shape.Length >= ShortestTrunk
                || (shape.Next is ' ' or '-' or '.' or '/' or '('
                    && (shape.First == '0' ? shape.Length > 1 : NationalPhoneForm.StartingWith(shape.Length, shape.First - '0').Length > 0)));
    }

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        if (!PhoneText.MayBe(text, anchor) || !Boundary.StartsAt(text, anchor))
        {
            return false;
        }

        var rest = text[anchor..];
        var international = rest[0] == '+' ? 1 : rest.StartsWith("00", StringComparison.Ordinal) ? 2 : 0;
        if (rest.Length <= international || (international > 0 && rest[international] is < '1' or > '9'))
        {
            return false;
        }

        if (rest[0] == '(' && (rest.Length < 2 || !char.IsAsciiDigit(rest[1])))
        {
            return false;
        }

        Span<byte> digits = stackalloc byte[PhoneText.MaxDigits];
        Span<PhoneGroup> groups = stackalloc PhoneGroup[PhoneText.MaxGroups];
        var phone = new PhoneText(digits, groups);
        phone.ReadGroups(text, anchor + international, international > 0 ? CallingCode.LongestNumber : LongestTrunk);
        if (phone.Groups.IsEmpty)
        {
            return false;
        }

        if (international == 0 && TryTrunk(text, anchor, phone, out finding))
        {
            return true;
        }

        phone.ReadDigits(text);
        return international > 0 ? TryInternational(text, anchor, phone, out finding) : TryNational(text, anchor, phone, out finding);
    }

    /// <summary>A hyphen before a letter: a piece of a UUID, or of an id.</summary>
    private static bool EndsAt(ReadOnlySpan<char> text, int end) =>
        Boundary.EndsAt(text, end) && !(end + 1 < text.Length && text[end] == '-' && char.IsAsciiLetter(text[end + 1]));

    private static bool TryInternational(ReadOnlySpan<char> text, int anchor, PhoneText phone, out Finding finding)
    {
        finding = default;
        if (CallingCode.Of(phone.Digits) is not { } code)
        {
            return false;
        }

        // The longest end that is a possible length: what follows after a space may be another number.
        for (var group = phone.Groups.Length - 1; group >= 0; group--)
        {
            var candidate = phone.Groups[group];
            if (code.Allows(candidate.Digits) && EndsAt(text, candidate.End))
            {
                finding = new Finding(Type, anchor, candidate.End - anchor, 0.9, "calling code and length");
                return true;
            }
        }

        return false;
    }

    /// <summary>The form most of the world shares: a zero, the area, the subscriber, separated somewhere.</summary>
    private static bool TryTrunk(ReadOnlySpan<char> text, int anchor, PhoneText phone, out Finding finding)
    {
        finding = default;
        var groups = phone.Groups;
        if (groups.Length < 2 || groups[0].Length is < 2 or > 5 || text[groups[0].Start] != '0' || text[groups[0].Start + 1] == '0')
        {
            return false;
        }

        // After the area no group is a single digit, and all have the same separator.
        var last = 0;
        while (last + 1 < groups.Length && groups[last + 1].Length > 1 && (last < 2 || groups[last + 1].Separator == groups[last].Separator))
        {
            last++;
        }

        for (; last > 0; last--)
        {
            if (groups[last].Digits is >= ShortestTrunk and <= LongestTrunk && EndsAt(text, groups[last].End))
            {
                finding = new Finding(Type, anchor, groups[last].End - anchor, 0.65, "area with its zero, separated");
                return true;
            }
        }

        return false;
    }

    private static bool TryNational(ReadOnlySpan<char> text, int anchor, PhoneText phone, out Finding finding)
    {
        finding = default;
        bool? announced = null;
        foreach (var form in NationalPhoneForm.StartingWith(phone.Groups[0].Length, phone.Digits[0]))
        {
            // Brackets around the whole are the sentence's; its number is looked at from its first digit.
            if ((form.Groups == 1 && phone.BracketedGroup == 0) || !form.Matches(phone) || !EndsAt(text, phone.Groups[form.Groups - 1].End))
            {
                continue;
            }

            announced ??= PhoneContext.Announces(text[..anchor]);
            if (!form.NeedsContext || announced.Value)
            {
                var end = phone.Groups[form.Groups - 1].End;
                finding = new Finding(Type, anchor, end - anchor, announced.Value ? 0.8 : 0.6, form.Why);
                return true;
            }
        }

        return false;
    }
}
