using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PrivacyService.Masking;
using PrivacyService.StandIns;

namespace PrivacyService.Gateway.Residuals;

/// <summary>
/// A second look at what is about to leave, by other means than the first: plain patterns of what must not be there any more, in the text as it is written
/// and as it can be read (<see cref="PlainReading"/>, <see cref="Base64Reading"/>). It shares no code with detection, so that a mistake there is not
/// repeated here. Linear in its input.
/// </summary>
internal sealed partial class ResidualScanner
{
    /// <summary>How often what was read is read again: of a text in Base64 in JSON in a URL, all.</summary>
    private const int MostReadings = 3;

    private const int AccountLength = 12;

    private static readonly SearchValues<char> OfOneAlphabet = SearchValues.Create("+/-_");

    private static readonly string[] Resources =
        ["i-", "vpc-", "subnet-", "sg-", "vol-", "snap-", "ami-", "eni-", "rtb-", "igw-", "nat-", "eipalloc-", "vpce-", "tgw-", "lt-", "fs-"];

    private static readonly Pattern[] Patterns =
    [
        new("aws_access_key", "aws", AccessKey(), ["AKIA", "ASIA"]),
        new("aws_iam_id", "aws", IamId(), ["ABIA", "ACCA", "AGPA", "AIDA", "AIPA", "ANPA", "ANVA", "APKA", "AROA", "ASCA"]),
        new("aws_account", "aws", ArnAccount(), ["arn"]),
        new("aws_resource", "aws", Resource(), Resources),
        new("email", "pii", Email(), ["@"], static (_, value) => IsMailbox(value)),
        new("card", "pii", Card(), ["3", "4", "5", "6"], IsCard),
        new("iban", "pii", Iban(), [], static (_, value) => CheckDigits.IsIban(value)),
        new("secret", "pii", PrivateKey(), ["PRIVATE KEY"]),
    ];

    /// <summary>What a pattern cannot tell of what it matched.</summary>
    private delegate bool IsOne(ReadOnlySpan<char> before, ReadOnlySpan<char> value);

    private readonly SortedSet<string> _found = new(StringComparer.Ordinal);
    private readonly MaskPolicy _policy;
    private readonly ISet<string> _standIns;

    private ResidualScanner(MaskPolicy policy, ISet<string>? standIns)
    {
        _policy = policy;
        _standIns = standIns ?? new HashSet<string>();
    }

    /// <summary>Looks through names, strings and numbers of JSON.</summary>
    /// <param name="json">Valid JSON.</param>
    /// <param name="policy">What may be left.</param>
    /// <param name="standIns">What masking has put there itself.</param>
    /// <returns>The types that were found and are not to be left by <paramref name="policy"/>.</returns>
    public static IReadOnlyCollection<string> InJson(ReadOnlySpan<byte> json, MaskPolicy policy, ISet<string> standIns)
    {
        var scanner = new ResidualScanner(policy, standIns);
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                var text = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length);
                scanner.Look(text.AsSpan(0, reader.CopyString(text)), MostReadings);
                ArrayPool<char>.Shared.Return(text, clearArray: true);
            }
            else if (reader.TokenType is JsonTokenType.Number && reader.ValueSpan.Length >= CheckDigits.ShortestCard)
            {
                scanner.Look(Encoding.ASCII.GetString(reader.ValueSpan), readings: 0);
            }
        }

        return scanner._found;
    }

    /// <inheritdoc cref="InJson"/>
    /// <summary>Looks through a text.</summary>
    public static IReadOnlyCollection<string> InText(ReadOnlySpan<char> text, MaskPolicy policy, ISet<string>? standIns = null)
    {
        var scanner = new ResidualScanner(policy, standIns);
        scanner.Look(text, MostReadings);
        return scanner._found;
    }

    private void Look(ReadOnlySpan<char> text, int readings)
    {
        Match(text);
        if (readings == 0)
        {
            return;
        }

        if (PlainReading.Of(text) is { } plain)
        {
            Look(plain, readings - 1);
        }

        LookInBase64(text, Base64Reading.Standard, readings - 1);
        if (text.ContainsAny(OfOneAlphabet))
        {
            // Elsewhere both alphabets read the same.
            LookInBase64(text, Base64Reading.ForUrls, readings - 1);
        }
    }

    private void LookInBase64(ReadOnlySpan<char> text, SearchValues<char> alphabet, int readings)
    {
        while (Base64Reading.TryNext(ref text, alphabet, out var decoded))
        {
            Look(decoded, readings);
        }
    }

    private void Match(ReadOnlySpan<char> text)
    {
        foreach (var pattern in Patterns)
        {
            if (!pattern.MayMatch(text) || _found.Contains(pattern.Type) || _policy.LeavesSome(pattern.Type, pattern.Family))
            {
                continue;
            }

            foreach (var match in pattern.Regex.EnumerateMatches(text))
            {
                var value = text.Slice(match.Index, match.Length);
                if (!IsStandIn(value) && pattern.IsOne?.Invoke(text[..match.Index], value) != false)
                {
                    _found.Add(pattern.Type);
                    break;
                }
            }
        }
    }

    /// <summary>An address is one by what it says, an identifier by what masking says. Of an ARN, its end is looked at.</summary>
    private bool IsStandIn(ReadOnlySpan<char> match) =>
        (match.Length >= MailboxStandIn.Length && MailboxStandIn.Is(match[^MailboxStandIn.Length..]))
        || (_standIns.Count > 0 && (_standIns.Contains(match.ToString()) || (match.Length > AccountLength && _standIns.Contains(match[^AccountLength..].ToString()))));

    /// <summary>"git@github.com:ada/notes.git" is where a repository is.</summary>
    private static bool IsMailbox(ReadOnlySpan<char> value) => !value.StartsWith("git@");

    /// <summary>Groups of digits that are the end of a longer number are none of their own.</summary>
    private static bool IsCard(ReadOnlySpan<char> before, ReadOnlySpan<char> value) =>
        !(before is [.., var digit, ' ' or '-'] && char.IsAsciiDigit(digit)) && CheckDigits.IsCard(value);

    [GeneratedRegex(@"\b(AKIA|ASIA)[0-9A-Z]{16}\b", RegexOptions.NonBacktracking)]
    private static partial Regex AccessKey();

    [GeneratedRegex(@"\b(ABIA|ACCA|AGPA|AIDA|AIPA|ANPA|ANVA|APKA|AROA|ASCA)[0-9A-Z]{17}\b", RegexOptions.NonBacktracking)]
    private static partial Regex IamId();

    [GeneratedRegex(@"\barn(:|%3[Aa])aws[a-z-]{0,12}(:|%3[Aa])[a-z0-9-]{0,40}(:|%3[Aa])[a-z0-9-]{0,24}(:|%3[Aa])[0-9]{12}\b", RegexOptions.NonBacktracking)]
    private static partial Regex ArnAccount();

    [GeneratedRegex(@"\b(i|vpc|subnet|sg|vol|snap|ami|eni|rtb|igw|nat|eipalloc|vpce|tgw|lt|fs)-([0-9a-f]{17}|[0-9a-f]{8})\b", RegexOptions.NonBacktracking)]
    private static partial Regex Resource();

    [GeneratedRegex(@"\b[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}\.){1,8}(com|org|net|edu|gov|de|uk|fr|it|es|in|br|au|jp|io|dev)\b", RegexOptions.NonBacktracking)]
    private static partial Regex Email();

    [GeneratedRegex(@"\b[3-6][0-9]{3}([ -]?[0-9]{4}){2}[ -]?[0-9]{1,7}\b|\b3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}\b", RegexOptions.NonBacktracking)]
    private static partial Regex Card();

    [GeneratedRegex(@"\b[A-Z]{2}[0-9]{2}( ?[0-9A-Z]{4}){2,7}( ?[0-9A-Z]{1,3})?\b", RegexOptions.NonBacktracking)]
    private static partial Regex Iban();

    [GeneratedRegex("-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----", RegexOptions.NonBacktracking)]
    private static partial Regex PrivateKey();

    /// <param name="hints">One of these is in all that matches, and quickly looked for; none where nothing is.</param>
    private sealed class Pattern(string type, string family, Regex regex, string[] hints, IsOne? isOne = null)
    {
        private readonly SearchValues<string>? _hints = hints.Length == 0 ? null : SearchValues.Create(hints, StringComparison.Ordinal);

        public string Type => type;

        public string Family => family;

        public Regex Regex => regex;

        public IsOne? IsOne => isOne;

        public bool MayMatch(ReadOnlySpan<char> text) => _hints is null || text.ContainsAny(_hints);
    }
}
