namespace PrivacyService.Detection.Recognisers;

/// <summary>An assigned ITU calling code and how many digits follow it.</summary>
internal sealed record CallingCode(int Code, int Shortest, int Longest)
{
    /// <summary>Of all digits, by E.164.</summary>
    public const int LongestNumber = 15;

    private const int LongestCode = 3;
    private const int UsualShortest = 6;
    private const int UsualLongest = 11;

    /// <summary>Codes without a plan of their own below. 8, 21x to 29x and the like are not assigned as a whole, hence the list.</summary>
    private const string Assigned =
        "7 20 27 30 31 32 36 40 41 43 45 46 47 48 51 52 53 54 56 57 58 60 62 63 64 65 66 82 84 86 90 92 93 94 95 98 "
        + "211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239 240 241 242 243 244 "
        + "245 246 247 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290 291 297 298 299 "
        + "350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377 378 379 380 381 382 383 385 386 387 389 420 421 "
        + "423 500 501 502 503 504 505 506 507 508 509 590 591 592 593 594 595 596 597 598 599 670 672 673 674 675 676 677 678 679 "
        + "680 681 682 683 685 686 687 688 689 690 691 692 800 808 850 852 853 855 856 870 878 880 881 882 883 886 888 960 961 962 "
        + "963 964 965 966 967 968 970 971 972 973 974 975 976 977 979 992 993 994 995 996 998";

    private static readonly CallingCode[] Known =
    [
        new(1, 10, 10), new(33, 9, 9), new(34, 9, 9), new(39, 6, 11), new(44, 9, 10), new(49, 6, 12), new(55, 10, 11),
        new(61, 9, 9), new(81, 9, 10), new(91, 10, 10),
    ];

    private static readonly CallingCode?[] ByCode = Index();

    public static CallingCode? Of(ReadOnlySpan<byte> digits)
    {
        // No code is the beginning of another, so the first that fits is the one.
        var code = 0;
        for (var i = 0; i < digits.Length && i < LongestCode; i++)
        {
            code = (code * 10) + digits[i];
            if (ByCode[code] is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <param name="digits">All digits, the code's own included.</param>
    public bool Allows(int digits)
    {
        var national = digits - (Code < 10 ? 1 : Code < 100 ? 2 : 3);
        return digits <= LongestNumber && national >= Shortest && national <= Longest;
    }

    private static CallingCode?[] Index()
    {
        var byCode = new CallingCode?[1000];
        foreach (var code in Assigned.Split(' ').Select(int.Parse))
        {
            byCode[code] = new CallingCode(code, UsualShortest, UsualLongest);
        }

        foreach (var known in Known)
        {
            byCode[known.Code] = known;
        }

        return byCode;
    }
}
