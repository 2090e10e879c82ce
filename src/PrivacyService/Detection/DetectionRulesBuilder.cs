using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Aws;

namespace PrivacyService.Detection;

/// <summary>Checks what a call wants found, and refuses with what to change. Refusals quote no value: it may be personal data.</summary>
internal static class DetectionRulesBuilder
{
    public const int MostValues = 1000;
    public const int LongestValue = 128;
    public const int MostPatterns = 20;
    public const int LongestPattern = 300;
    public const int MostTypes = 50;

    private const int LongestType = 40;

    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    /// <param name="types">What is found where a call says nothing; personal data when not given.</param>
    /// <exception cref="ProblemException">400: something cannot be used.</exception>
    public static DetectionRules Build(DetectionWishes wishes, IReadOnlySet<string>? types = null)
    {
        types ??= DataKind.Names;
        var words = Words(wishes);
        var patterns = Patterns(wishes.Patterns ?? []);
        FrozenSet<string> own = [.. words.Select(word => word.Type), .. patterns.Select(pattern => pattern.Type)];
        var rules = new DetectionRules
        {
            Types = wishes.Types is null ? null : Types(wishes.Types, types, own),
            ExceptTypes = Types(wishes.ExceptTypes ?? [], types, own),
            OwnTypes = own,
            Allowed = Values(wishes.Allow ?? [], "allow").ToFrozenSet(StringComparer.OrdinalIgnoreCase),
        };
        return words.Count + patterns.Count == 0
            ? rules
            : new DetectionRules
            {
                Types = rules.Types,
                ExceptTypes = rules.ExceptTypes,
                OwnTypes = own,
                Allowed = rules.Allowed,
                Own = new OwnRecogniser(new WordList(words), patterns, rules.Wants),
            };
    }

    /// <summary>When the patterns of a call take longer than a call may take.</summary>
    public static ProblemException TooSlow() => new(
        StatusCodes.Status422UnprocessableEntity,
        "patterns_too_slow",
        "The patterns take too long",
        $"All patterns of a call have {OwnRecogniser.LongestTime.TotalSeconds:0} s. Send less text, or patterns that match less of it: .* and the like read on to the end.");

    private static List<(string Type, string Word)> Words(DetectionWishes wishes)
    {
        var words = new List<(string, string)>();
        foreach (var (type, values) in wishes.Dictionary ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            RequireType(type);
            words.AddRange(Values(values, "dictionary").Select(value => (type, value)));
        }

        words.AddRange(Values(wishes.Deny ?? [], "deny").Select(value => (DataKind.Denied, value)));
        return words.Count <= MostValues
            ? words
            : throw Invalid("too_many_values", "Too many values", $"dictionary and deny may hold {MostValues} values together.");
    }

    private static IReadOnlyList<string> Values(IReadOnlyList<string> values, string member)
    {
        if (values is null || values.Count > MostValues || values.Any(value => string.IsNullOrWhiteSpace(value) || value.Length > LongestValue))
        {
            throw Invalid(
                "invalid_values", "Values that cannot be used", $"{member} takes up to {MostValues} values of 1 to {LongestValue} characters.");
        }

        return values;
    }

    private static List<(string Type, Regex Pattern)> Patterns(IReadOnlyList<PatternWish> wishes)
    {
        if (wishes.Count > MostPatterns)
        {
            throw Invalid("too_many_patterns", "Too many patterns", $"Send at most {MostPatterns} patterns.");
        }

        return [.. wishes.Select((wish, index) => (RequireType(wish.Type), Pattern(wish.Pattern, index)))];
    }

    private static Regex Pattern(string pattern, int index)
    {
        if (string.IsNullOrEmpty(pattern) || pattern.Length > LongestPattern)
        {
            throw InvalidPattern(index, $"has 1 to {LongestPattern} characters");
        }

        try
        {
            var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, LongestMatch);
            return regex.IsMatch("") ? throw InvalidPattern(index, "must not match the empty text: write + where it has *") : regex;
        }
        catch (RegexParseException exception)
        {
            throw InvalidPattern(index, $"is no regular expression of .NET: {exception.Error} at character {exception.Offset}");
        }
        catch (NotSupportedException)
        {
            throw InvalidPattern(
                index, "must do without look-around, back-references, atomic groups and large repetitions, so that its time is in proportion to the text");
        }
    }

    private static FrozenSet<string> Types(IReadOnlyList<string> types, IReadOnlySet<string> known, FrozenSet<string> own) =>
        types.Count <= MostTypes && types.All(type => type is not null && (known.Contains(type) || own.Contains(type)))
            ? [.. types]
            : throw Invalid("unknown_type", "Not a type", $"Use {string.Join(", ", known.Order(StringComparer.Ordinal))}, or a type of dictionary or patterns.");

    private static string RequireType(string type) =>
        type is { Length: > 0 and <= LongestType } && char.IsAsciiLetterLower(type[0])
        && type.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_')
        && !type.StartsWith(AwsType.Prefix, StringComparison.Ordinal)
            ? type
            : throw Invalid(
                "invalid_type", "Not a name for a type",
                $"A type has 1 to {LongestType} lower-case letters, digits and underscores, a letter first; {AwsType.Prefix} begins those of AWS alone.");

    private static ProblemException InvalidPattern(int index, string what) => Invalid(
        "invalid_pattern", "A pattern that cannot be used", $"Correct patterns[{index}]: a pattern {what}.");

    private static ProblemException Invalid(string code, string title, string detail) => new(StatusCodes.Status400BadRequest, code, title, detail);
}
