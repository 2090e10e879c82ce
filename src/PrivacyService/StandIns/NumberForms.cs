namespace PrivacyService.StandIns;

/// <summary>All forms there are.</summary>
internal static class NumberForms
{
    private static readonly INumberForm[] All = [new CardForm(), new PhoneForm()];

    public static readonly IReadOnlyList<DigitRange> Ranges = [.. All.SelectMany(form => form.Ranges)];

    public static INumberForm? Of(string type) => Array.Find(All, form => form.Type == type);
}
