using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Platform.ServiceDefaults.Http;

/// <summary>Optimistic concurrency over HTTP (RFC 9110, section 13) by strong entity tags.</summary>
public static class EntityTagPreconditions
{
    /// <param name="response">Tells the client what to send as <c>If-Match</c>.</param>
    /// <param name="version">Changes with every change; without quotes.</param>
    public static void SetETag(this HttpResponse response, string version) => response.Headers.ETag = TagOf(version).ToString();

    public static bool HasIfMatch(this HttpRequest request) => request.Headers.IfMatch.Count > 0;

    /// <summary>Whether the client knows the thing as it is, or did not ask for that.</summary>
    /// <param name="request">With or without <c>If-Match</c>.</param>
    /// <param name="version">Null when the thing is not there.</param>
    public static bool IfMatchHolds(this HttpRequest request, string? version) => !request.HasIfMatch()
        || (version is not null && Names(request.Headers.IfMatch, version));

    /// <summary>Whether the client did not ask for the thing, or this version of it, not to be there.</summary>
    /// <param name="request">With or without <c>If-None-Match</c>.</param>
    /// <param name="version">Null when the thing is not there.</param>
    public static bool IfNoneMatchHolds(this HttpRequest request, string? version) =>
        request.Headers.IfNoneMatch.Count == 0 || version is null || !Names(request.Headers.IfNoneMatch, version);

    private static bool Names(StringValues header, string version) => EntityTagHeaderValue.TryParseStrictList(header, out var tags)
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(TagOf(version), useStrongComparison: true));

    private static EntityTagHeaderValue TagOf(string version) => new($"\"{version}\"");
}
