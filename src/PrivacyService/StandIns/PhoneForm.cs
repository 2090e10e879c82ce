using PrivacyService.Detection;

namespace PrivacyService.StandIns;

/// <summary>
/// Telephone numbers get one that their country keeps free for films and books. Sources: NANPA, "555 line numbers" (0100 to 0199 of every
/// area); Ofcom, "Telephone numbers for use in TV and radio drama"; ARCEP, decision 2018-0881 (audiovisual works); ACMA, "Phone numbers for
/// use in TV shows, films and creative works"; Bundesnetzagentur, notice 148/2021 ("Drama Numbers"). Where a country keeps none, or how
/// a number is written does not tell its country, it is a North American one in international form.
/// </summary>
internal sealed class PhoneForm : INumberForm
{
    private const string Separators = " -./()";

    /// <summary>Areas of large cities: a number in one of them is valid everywhere.</summary>
    private const string Areas = """
        202 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253 254 256 260 262 267 269 270 276 281
        301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 330 334 336 337 339 347 351 352 360 361 386 401 402 404 405 406
        407 408 409 410 412 413 414 415 416 417 419 423 424 425 430 432 434 435 440 443 469 470 475 478 479 480 484 501 502 503 504 505 507 508 509 510
        512 513 515 516 517 518 520 530 540 541 551 559 561 562 563 570 571 573 574 580 585 586 601 602 603 605 606 607 608 609 610 612 614 615 616 617
        618 619 620 623 626 630 631 636 641 646 650 651 660 661 662 678 682 701 702 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 727 731
        732 734 740 754 757 760 763 765 769 770 772 773 774 775 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815 816 817 818 828 830 831 832
        843 845 847 848 850 856 857 858 859 860 862 863 864 865 870 901 903 904 906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 931 936
        937 940 941 947 949 951 952 954 956 970 971 972 973 978 979 980 985 989
        """;

    private static readonly DigitRange American = new(
        "phone 1", "1", [.. Areas.Split((char[])[' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(area => area + "55501xx")]);

    /// <summary>By what the national number begins with; the first that fits counts. A home form tells a country by its first digits and its length.</summary>
    private static readonly Plan[] Plans =
    [
        new(American, "23456789", ""),
        new(new("phone 44 mobile", "44", "7700900xxx"), "7", "07"),
        new(new("phone 44", "44", "2079460xxx"), "123", ""),
        new(new("phone 33 mobile", "33", "63998xxxx"), "67", "06 07"),
        new(new("phone 33", "33", "19900xxxx", "26191xxxx", "35301xxxx", "46571xxxx", "53649xxxx"), "12345", ""),
        new(new("phone 61 mobile", "61", "491570006", "491570110", "491570156", "491570157", "491570158", "491570159"), "4", "04"),
        new(new("phone 61", "61", "25550xxxx", "27010xxxx", "35550xxxx", "37010xxxx", "75550xxxx", "77010xxxx", "85550xxxx", "87010xxxx"), "2378", ""),
        new(new("phone 49 mobile 10", "49", "17139200xx", "1729925904", "1729968532", "1729973185", "1729973186", "1729980752", "1749091317", "1749464308"), "1", "016 017"),
        new(new("phone 49 mobile 11", "49", "176040690xx", "15228817386", "15228895456", "15254599371"), "1", ""),
        new(new("phone 49", "49", "3023125xxx", "6990009xxx", "4066969xxx", "2214710xxx", "8999998xxx"), "23456789", ""),
    ];

    public string Type => DataKind.Phone;

    public IReadOnlyList<DigitRange> Ranges { get; } = [.. Plans.Select(plan => plan.Range)];

    public WrittenNumber? Read(string text)
    {
        var local = text.StartsWith('+') ? text[1..] : text;
        if (local.Any(character => !char.IsAsciiDigit(character) && !Separators.Contains(character)))
        {
            return null;
        }

        var digits = string.Concat(local.Where(char.IsAsciiDigit));
        var international = local.Length < text.Length ? digits : digits.StartsWith("00", StringComparison.Ordinal) ? digits[2..] : null;
        foreach (var plan in Plans)
        {
            if ((international is null ? plan.NationalOf(digits, local) : plan.InternationalOf(international)) is { } number)
            {
                return new WrittenNumber(text, plan.Range, number);
            }
        }

        return new WrittenNumber(text, American, Digits: null);
    }

    /// <param name="Range">What stand-ins are taken from.</param>
    /// <param name="First">What the first digit of a number can be.</param>
    /// <param name="Home">What numbers begin with that are written at home, where that tells the country.</param>
    private sealed record Plan(DigitRange Range, string First, string Home)
    {
        private readonly string[] _home = Home.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        public string? InternationalOf(string digits)
        {
            if (!digits.StartsWith(Range.Code, StringComparison.Ordinal))
            {
                return null;
            }

            // "+44 (0)20 …"
            var number = digits[Range.Code.Length..];
            return Fit(number.StartsWith('0') ? number[1..] : number);
        }

        public string? NationalOf(string digits, string written) => Range == American
            ? IsAmerican(written) ? Fit(digits.Length > Range.Length && digits[0] == '1' ? digits[1..] : digits) : null
            : Array.Exists(_home, start => digits.StartsWith(start, StringComparison.Ordinal)) ? Fit(digits[1..]) : null;

        private string? Fit(string number) => number.Length == Range.Length && First.Contains(number[0]) ? number : null;

        /// <summary>In one piece, or as three, three and four digits; Indian and Italian mobiles have as many.</summary>
        private static bool IsAmerican(string written)
        {
            var groups = written.Split(Separators.ToCharArray(), StringSplitOptions.RemoveEmptyEntries).Select(group => group.Length);
            return string.Join(' ', groups) is "10" or "3 3 4" or "1 3 3 4";
        }
    }
}
