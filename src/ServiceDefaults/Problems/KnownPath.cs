using System.Text.Json.Serialization.Metadata;

namespace Platform.ServiceDefaults.Problems;

/// <summary>
/// The path of what is wrong in a body of JSON, as far as the type of the body has such members. What the caller named itself is left out: it may be
/// somebody's address.
/// </summary>
internal static class KnownPath
{
    /// <param name="path">As the JSON reader tells it.</param>
    /// <param name="body">Null where it is not known.</param>
    public static string Of(string? path, JsonTypeInfo? body)
    {
        var known = "$";
        var type = body;
        var rest = path.AsSpan(Math.Min(1, path?.Length ?? 0));
        while (!rest.IsEmpty && type is not null)
        {
            var step = rest[..Length(rest)];
            rest = rest[step.Length..];
            type = Next(type, step);
            known += type is null ? "" : step.ToString();
        }

        return known;
    }

    /// <summary>A step is <c>.name</c>, <c>['na.me']</c> or <c>[7]</c>.</summary>
    private static int Length(ReadOnlySpan<char> rest)
    {
        var end = rest[0] == '[' ? rest.IndexOf(']') + 1 : 1 + rest[1..].IndexOfAny('.', '[');
        return end > 0 ? end : rest.Length;
    }

    /// <summary>Null where the type does not say what is there.</summary>
    private static JsonTypeInfo? Next(JsonTypeInfo type, ReadOnlySpan<char> step) => type.Kind switch
    {
        JsonTypeInfoKind.Object when step[0] == '.' && Property(type, step[1..].ToString()) is { } property => type.Options.GetTypeInfo(property.PropertyType),
        JsonTypeInfoKind.Enumerable when step[0] == '[' => type.Options.GetTypeInfo(type.ElementType!),
        _ => null,
    };

    private static JsonPropertyInfo? Property(JsonTypeInfo type, string name) =>
        type.Properties.FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));
}
