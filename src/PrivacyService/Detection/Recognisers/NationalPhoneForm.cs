namespace PrivacyService.Detection.Recognisers;

/// <summary>
/// One way in which a country writes its numbers: a digit stands for itself, N for 2 to 9, M for 6 to 9, X for any; a space
/// for any separator, the same one throughout after the area.
/// </summary>
internal sealed class NationalPhoneForm
{
    private static readonly NationalPhoneForm[] All =
    [
        new("US", "NXX NXX XXXX"),
        new("US", "1 NXX NXX XXXX"),
        new("US", "NXXNXXXXXX", needsContext: true),
        new("GB", "07XXXXXXXXX"),
        new("FR", "06XXXXXXXX"),
        new("FR", "07XXXXXXXX"),
        new("AU", "04XXXXXXXX"),
        new("DE", "015XXXXXXXX"),
        new("DE", "015XXXXXXXXX"),
        new("DE", "016XXXXXXXX"),
        new("DE", "017XXXXXXXX"),
        new("JP", "070XXXXXXXX"),
        new("JP", "080XXXXXXXX"),
        new("JP", "090XXXXXXXX"),
        new("IT", "3NX XXX XXXX"),
        new("IT", "3NX XXXXXXX"),
        new("IT", "3NXXXXXXXX", needsContext: true),
        new("ES", "MXX XX XX XX"),
        new("ES", "MXX XXX XXX", needsContext: true),
        new("ES", "MXXXXXXXX", needsContext: true),
        new("IN", "MXXXX XXXXX"),
        new("IN", "MXXXXXXXXX", needsContext: true),
        new("BR", "XX 9XXXX XXXX"),
        new("BR", "XX NXXX XXXX"),
        new("BR", "XX9XXXXXXXX", needsContext: true),
        new("AU", "0NXXXXXXXX", needsContext: true),
    ];

    /// <summary>For each length of a first group and each digit that it begins with.</summary>
    private static readonly NationalPhoneForm[][] ByFirstGroup =
    [
        .. Enumerable.Range(0, PhoneText.MaxDigits + 1).SelectMany(length => Enumerable.Range(0, 10).Select(digit =>
            All.Where(form => form._groups[0].Length == length && Fits(form._digits[0], digit)).ToArray())),
    ];

    /// <summary>For each of those, a bit for each length of the second group.</summary>
    private static readonly int[] SecondGroups =
        [.. ByFirstGroup.Select(forms => forms.Where(form => form._groups.Length > 1).Aggregate(0, (bits, form) => bits | (1 << form._groups[1].Length)))];

    private readonly string[] _groups;
    private readonly string _digits;

    private NationalPhoneForm(string country, string form, bool needsContext = false)
    {
        _groups = form.Split(' ');
        _digits = string.Concat(_groups);
        NeedsContext = needsContext;
        Why = needsContext ? $"{country} digits after a word for telephone" : $"{country} written form";
    }

    /// <summary>The forms whose first group has that length and may begin with that digit.</summary>
    public static NationalPhoneForm[] StartingWith(int length, int digit) => ByFirstGroup[(length * 10) + digit];

    /// <summary>Whether there is a form that may begin with that digit and whose first two groups have those lengths.</summary>
    public static bool AnyHas(char digit, int first, int second) => (SecondGroups[(first * 10) + digit - '0'] & (1 << second)) != 0;

    public int Groups => _groups.Length;

    public bool NeedsContext { get; }

    public string Why { get; }

    public bool Matches(PhoneText phone)
    {
        if (phone.Groups.Length < _groups.Length || phone.Digits.Length < _digits.Length)
        {
            return false;
        }

        var afterArea = Math.Max(1, phone.BracketedGroup + 1);
        for (var i = 0; i < _groups.Length; i++)
        {
            if (phone.Groups[i].Length != _groups[i].Length
                || (i > afterArea + 1 && phone.Groups[i].Separator != phone.Groups[i - 1].Separator))
            {
                return false;
            }
        }

        for (var i = 0; i < _digits.Length; i++)
        {
            if (!Fits(_digits[i], phone.Digits[i]))
            {
                return false;
            }
        }

        return true;
    }
    private static bool Fits(char form, int digit) => form switch
    {
        'X' => true,
        'N' => digit >= 2,
        'M' => digit >= 6,
        _ => digit == form - '0',
    };
}
