using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Platform.ServiceDefaults.Problems;

namespace UserService.Users;

/// <summary>Optimistic concurrency over HTTP (RFC 9110, section 13): the concurrency stamp is the <c>ETag</c>.</summary>
internal static class Preconditions
{
    public static void SetETag(this HttpResponse response, User user) => response.Headers.ETag = TagOf(user).ToString();

    public static bool HasIfMatch(this HttpRequest request) => request.Headers.IfMatch.Count > 0;

    /// <summary>Whether the caller knows the account as it is, or did not ask for that.</summary>
    public static bool IfMatchHolds(this HttpRequest request, User user)
    {
        if (!request.HasIfMatch())
        {
            return true;
        }

        return EntityTagHeaderValue.TryParseStrictList(request.Headers.IfMatch, out var tags)
            && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(TagOf(user), useStrongComparison: true));
    }

    public static ProblemHttpResult Failed() => Problems.PreconditionFailed(
        "user_changed", "The account was changed meanwhile", "Read it again and send the new ETag as If-Match.");

    private static EntityTagHeaderValue TagOf(User user) => new($"\"{user.ConcurrencyStamp}\"");
}
