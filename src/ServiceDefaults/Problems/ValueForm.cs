using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Platform.ServiceDefaults.Problems;

/// <summary>What to write for a value, in words: <c>true or false</c>, <c>a time, such as …</c>, <c>one of mask, redact</c>.</summary>
internal static class ValueForm
{
    private static readonly HashSet<Type> WholeNumbers =
        [typeof(int), typeof(long), typeof(short), typeof(byte), typeof(uint), typeof(ulong), typeof(ushort), typeof(sbyte)];

    private static readonly HashSet<Type> Numbers = [typeof(double), typeof(float), typeof(decimal)];

    /// <returns>Null where the type does not tell.</returns>
    public static string? Of(Type type, JsonSerializerOptions json)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when WholeNumbers.Contains(type) => "a whole number, not too large",
            _ when Numbers.Contains(type) => "a number, such as 1.5",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(DateTimeOffset) || type == typeof(DateTime) => "a time, such as 2026-01-31T12:00:00Z",
            _ when type == typeof(TimeSpan) => "a duration, such as 00:05:00",
            _ when type == typeof(Guid) => "a UUID",
            _ when type == typeof(string) => "text",
            { IsEnum: true } => $"one of {string.Join(", ", NamesOf(type, json))}",
            _ => json.GetTypeInfo(type).Kind switch
            {
                JsonTypeInfoKind.Enumerable => "a list",
                JsonTypeInfoKind.Dictionary or JsonTypeInfoKind.Object => "an object",
                _ => null,
            },
        };
    }

    private static IEnumerable<string> NamesOf(Type type, JsonSerializerOptions json) =>
        Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToElement(value, json.GetTypeInfo(type)).ToString());
}
