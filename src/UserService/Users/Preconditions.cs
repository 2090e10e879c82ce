using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;

namespace UserService.Users;

/// <summary>Optimistic concurrency over HTTP: the concurrency stamp is the <c>ETag</c>.</summary>
internal static class Preconditions
{
    public static void SetETag(this HttpResponse response, User user) => response.SetETag(user.ConcurrencyStamp);

    /// <summary>Whether the caller knows the account as it is, or did not ask for that.</summary>
    public static bool IfMatchHolds(this HttpRequest request, User user) => request.IfMatchHolds(user.ConcurrencyStamp);

    public static ProblemHttpResult Failed() => Problems.PreconditionFailed(
        "user_changed", "The account was changed meanwhile", "Read it again and send the new ETag as If-Match.");
}
