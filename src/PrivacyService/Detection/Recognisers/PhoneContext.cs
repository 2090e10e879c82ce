using System.Buffers;

namespace PrivacyService.Detection.Recognisers;

/// <summary>Whether the words just before a number announce a telephone number.</summary>
internal static class PhoneContext
{
    private const int Reach = 24;

    /// <summary>Whole words; the others below may be a part of one ("Telefonnummer", "smartphone").</summary>
    private static readonly SearchValues<string> Words = SearchValues.Create(
        ["tel", "call", "cell", "fax", "sms", "ph", "mob", "tél", "handy", "ring", "dial"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> Parts = SearchValues.Create(
        ["phone", "telef", "teléf", "mobil", "movil", "móvil", "celular", "cellulare", "portable", "rufnummer", "whatsapp", "電話", "携帯"],
        StringComparison.OrdinalIgnoreCase);

    public static bool Announces(ReadOnlySpan<char> before)
    {
        var context = before[Math.Max(0, before.Length - Reach)..];
        return context.ContainsAny(Parts) || HasWord(context);
    }

    private static bool HasWord(ReadOnlySpan<char> context)
    {
        for (var start = 0; context[start..].IndexOfAny(Words) is >= 0 and var offset; start++)
        {
            start += offset;
            if (start > 0 && char.IsLetter(context[start - 1]))
            {
                continue;
            }

            var end = start;
            while (end < context.Length && char.IsLetter(context[end]))
            {
                end++;
            }

            if (Words.Contains(context[start..end].ToString()))
            {
                return true;
            }
        }

        return false;
    }
}
