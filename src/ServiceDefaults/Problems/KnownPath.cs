using System.Text.Json.Serialization.Metadata;

namespace Platform.ServiceDefaults.Problems;

/// <summary>
/// The path of what is wrong in a body of JSON, as far as the type of the body has such members. What the caller named itself is left out: it may be
/// somebody's address.
/// </summary>
/// <param name="Text">Such as <c>$.identifiers[2].type</c>.</param>
/// <param name="Target">What is to be there; null where it is not known.</param>
/// <param name="IsWhole">Whether nothing was left out.</param>
internal readonly record struct KnownPath(string Text, JsonTypeInfo? Target, bool IsWhole)
{
    /// <param name="path">As the JSON reader tells it.</param>
    /// <param name="body">Null where it is not known.</param>
    public static KnownPath Of(string? path, JsonTypeInfo? body)
    {
        var known = new KnownPath("$", body, IsWhole: true);
        var rest = path.AsSpan(Math.Min(1, path?.Length ?? 0));
        while (!rest.IsEmpty && known is { Target: not null, IsWhole: true })
        {
            var step = rest[..Length(rest)];
            rest = rest[step.Length..];
            known = known.Next(step);
        }

        return known with { IsWhole = known.IsWhole && rest.IsEmpty };
    }

    private KnownPath Next(ReadOnlySpan<char> step) => Target switch
    {
        { Kind: JsonTypeInfoKind.Object } when step[0] == '.' && Property(Target, step[1..].ToString()) is { } property => On(step, property.PropertyType),
        { Kind: JsonTypeInfoKind.Enumerable } when step[0] == '[' => On(step, Target.ElementType!),
        { Kind: JsonTypeInfoKind.Dictionary } => this with { Target = Target.Options.GetTypeInfo(Target.ElementType!), IsWhole = false },
        _ => this with { IsWhole = false },
    };

    private KnownPath On(ReadOnlySpan<char> step, Type type) => this with { Text = $"{Text}{step}", Target = Target!.Options.GetTypeInfo(type) };

    /// <summary>A step is <c>.name</c>, <c>['na.me']</c> or <c>[7]</c>.</summary>
    private static int Length(ReadOnlySpan<char> rest)
    {
        var end = rest[0] == '[' ? rest.IndexOf(']') + 1 : 1 + rest[1..].IndexOfAny('.', '[');
        return end > 0 ? end : rest.Length;
    }

    private static JsonPropertyInfo? Property(JsonTypeInfo type, string name) =>
        type.Properties.FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));
}
