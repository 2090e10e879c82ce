using System.Buffers;

namespace PrivacyService.Tokens;

/// <summary>Within a scope the same value has the same token, across scopes never.</summary>
internal readonly record struct PseudonymScope
{
    public const int LongestId = 128;

    private const string Subject = "subject";
    private const string Tenant = "tenant";

    private static readonly string[] Kinds = ["request:", "conversation:"];

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-:");

    private PseudonymScope(string name) => Name = name;

    public string Name { get; }

    public bool IsTenant => Name == Tenant;

    /// <summary>The scope of one call, for callers that name none: nothing links it to another.</summary>
    public static PseudonymScope OfCall(string callId) => new(Kinds[0] + callId);

    public static bool TryParse(string text, out PseudonymScope scope)
    {
        scope = new PseudonymScope(text);
        return text is Subject or Tenant || Array.Exists(Kinds, kind => IsOf(kind, text));
    }

    private static bool IsOf(string kind, string text)
    {
        var id = text.AsSpan(Math.Min(kind.Length, text.Length));
        return text.StartsWith(kind, StringComparison.Ordinal)
            && id.Length is > 0 and <= LongestId
            && !id.ContainsAnyExcept(IdCharacters);
    }
}
