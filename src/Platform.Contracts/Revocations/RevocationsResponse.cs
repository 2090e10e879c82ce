using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Contracts.Revocations;

/// <summary>What followed a place in the feed of revocations.</summary>
/// <param name="Position">The place to read on from, as <c>?after=</c>; opaque.</param>
/// <param name="More">Whether more follows at once.</param>
/// <param name="Restarted">Whether the place asked for is not known any more, so that this is the beginning of what is left.</param>
public sealed record RevocationsResponse(string Position, bool More, bool Restarted, IReadOnlyList<RevocationResponse> Items)
{
    /// <summary>How it is written: a page of thousands is common, so nothing that says nothing.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}

/// <summary>One revocation. It names nobody: what it ends is known by a digest.</summary>
/// <param name="Kind"><c>token</c>, <c>session</c>, <c>subject</c>, <c>everybody</c> or <c>key</c>.</param>
/// <param name="Digest">16 hexadecimal digits: the first 8 bytes of SHA-256 over the kind as a byte and the <c>jti</c>, <c>sid</c>, <c>sub</c> or <c>kid</c>.</param>
/// <param name="Before">Tokens whose claim <c>ep</c> is before this are refused; null for all of them.</param>
/// <param name="Until">When the last of them has expired, in Unix seconds.</param>
public sealed record RevocationResponse(string Kind, string Digest, string? Before, uint Until);
