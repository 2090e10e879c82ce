using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Platform.ServiceDefaults.Problems;

/// <summary>Where a body of JSON is wrong, and what to write there.</summary>
internal static class JsonDetail
{
    /// <param name="body">What the endpoint takes; null where it does not say.</param>
    /// <param name="namesUnknownMembers">Whether members may be named that the caller made up.</param>
    public static string Of(JsonException wrong, JsonTypeInfo? body, bool namesUnknownMembers)
    {
        var known = KnownPath.Of(wrong.Path, body);
        var path = namesUnknownMembers ? wrong.Path ?? "$" : known.Text;
        var wanted = Wanted(known) is { } form ? $": {form}" : "";
        return $"Correct the JSON at {path} (line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}){wanted}.";
    }

    private static string? Wanted(KnownPath known) => known.Target switch
    {
        null => null,
        { Kind: JsonTypeInfoKind.Object } type when !known.IsWhole => IsStrict(type) ? $"its members are {string.Join(", ", MembersOf(type))}" : null,
        var type => ValueForm.Of(type.Type, type.Options) is { } form ? $"write {form}" : null,
    };

    private static bool IsStrict(JsonTypeInfo type) => (type.UnmappedMemberHandling ?? type.Options.UnmappedMemberHandling) == JsonUnmappedMemberHandling.Disallow;

    private static IEnumerable<string> MembersOf(JsonTypeInfo type) =>
        type.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null).Select(property => property.Name);
}
