namespace PrivacyService.Detection.Recognisers;

/// <summary>Whether the words just before a number announce a telephone number.</summary>
internal static class PhoneContext
{
    private const int Reach = 24;

    /// <summary>Whole words; the others below may be a part of one ("Telefonnummer", "smartphone").</summary>
    private static readonly string[] Words = ["tel", "call", "cell", "fax", "sms", "ph", "mob", "tél", "handy", "ring", "dial"];

    private static readonly string[] Parts =
    [
        "phone", "telef", "teléf", "mobil", "movil", "móvil", "celular", "cellulare", "portable", "rufnummer", "whatsapp", "電話", "携帯",
    ];

    public static bool Announces(ReadOnlySpan<char> before)
    {
        var context = before[Math.Max(0, before.Length - Reach)..];
        foreach (var part in Parts)
        {
            if (context.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        foreach (var word in Words)
        {
            var at = context.LastIndexOf(word, StringComparison.OrdinalIgnoreCase);
            if (at >= 0
                && (at == 0 || !char.IsLetter(context[at - 1]))
                && (at + word.Length == context.Length || !char.IsLetter(context[at + word.Length])))
            {
                return true;
            }
        }

        return false;
    }
}
