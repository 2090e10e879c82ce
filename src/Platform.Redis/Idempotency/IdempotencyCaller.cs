using System.Security.Claims;

namespace Platform.Redis.Idempotency;

internal static class IdempotencyCaller
{
    public static string? Of(ClaimsPrincipal caller)
    {
        if (caller.Identity is not { IsAuthenticated: true })
        {
            return null;
        }

        // Handlers that map claims call the subject a name identifier.
        var subject = caller.FindFirst("sub") ?? caller.FindFirst(ClaimTypes.NameIdentifier) ?? caller.FindFirst("client_id");
        return subject is null ? null : string.Concat(caller.FindFirst("iss")?.Value, "\n", subject.Type == "client_id" ? "client:" : "", subject.Value);
    }
}
