using System.Globalization;

namespace PrivacyService.Tests.StandIns;

/// <summary>E-mail addresses, cards and telephone numbers in all the ways they are written in.</summary>
internal sealed class PersonalTexts(int seed)
{
    private readonly Random _random = new(seed);

    public string Email => $"{Pick("ada", "grace.hopper", "o'neil", "jürgen", "a+b", "x_y")}{_random.Next(1000)}@{Pick("corp.com", "mail.example.org", "bücher.de", "x.co.uk")}";

    public string Card
    {
        get
        {
            var (prefix, length, groups) = Pick(
                ("4", 16, "4444"), ("51", 16, "4444"), ("2221", 16, "4444"), ("37", 15, "465"), ("34", 15, "465"), ("6011", 16, "4444"), ("36", 14, "464"),
                ("3528", 16, "4444"), ("62", 16, "4444"), ("62", 19, "44443"), ("501800", 16, "4444"), ("4", 19, "44443"));
            return Group(WithCheck(prefix, length), groups, Pick("", " ", "-"));
        }
    }

    public string Phone => _random.Next(12) switch
    {
        0 => "+1" + Area + Exchange + Draw(4),
        1 => $"+1 ({Area}) {Exchange}-{Draw(4)}",
        2 => $"({Area}) {Exchange}-{Draw(4)}",
        3 => string.Join(Pick("-", ".", " "), Area, Exchange, Draw(4)),
        4 => Pick("+44 7", "0044 7", "07") + Draw(3) + Pick(" ", "") + Draw(6),
        5 => "+44 (0)20 " + Draw(4) + " " + Draw(4),
        6 => Pick("+33 6 ", "06 ", "07 ") + Group(Draw(8), "2222", " "),
        7 => Pick("+61 4", "04") + Draw(2) + " " + Draw(3) + " " + Draw(3),
        8 => Pick("+49 171 ", "0171 ", "0171/") + Draw(7),
        9 => Pick("+49 30 ", "+49 (0)30 ") + Draw(8),
        10 => "+" + Pick("39 02 ", "34 91 ", "81 3 ", "91 98", "41 44 ") + Draw(4) + " " + Draw(4),
        _ => $"0{Draw(3)[..1].Replace('0', '3')}21-{Draw(6)}",
    };

    public string Next() => string.Concat(Enumerable.Range(0, _random.Next(1, 8)).Select(_ => _random.Next(9) switch
    {
        0 or 1 => $"write to {Email}, ",
        2 => $"card {Card}; ",
        3 => $"\"{Card}\"\n",
        4 or 5 => $"call {Phone} ",
        6 => $"tel: {Phone}.",
        7 => Pick(" 🙂 ", "é", "\t", "12 of 345, ", "2024-01-02 03:04:05 ", "C:\\u00e9", "(", ") ", "00 ", "+"),
        _ => $"[{Phone}]({Email}) ",
    }));

    public T Pick<T>(params T[] items) => items[_random.Next(items.Length)];

    public string WithCheck(string prefix, int length)
    {
        var digits = prefix + Draw(length - 1 - prefix.Length);
        return Enumerable.Range(0, 10).Select(check => digits + check.ToString(CultureInfo.InvariantCulture)).First(PassesLuhn);
    }

    public static bool PassesLuhn(string digits) => digits.Reverse().Select((digit, i) => (digit - '0') * (1 + (i & 1))).Sum(value => value > 9 ? value - 9 : value) % 10 == 0;

    public string Draw(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => _random.Next(10)));

    private string Area => _random.Next(2, 10) + Draw(2);

    private string Exchange => _random.Next(2, 10) + Draw(2);

    private static string Group(string digits, string groups, string separator)
    {
        var at = 0;
        return string.Join(separator, groups.Select(length => digits[at..(at += length - '0')]));
    }
}
