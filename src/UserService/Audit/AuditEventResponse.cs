using System.ComponentModel.DataAnnotations;

namespace UserService.Audit;

/// <summary>Something that happened to the security of an account.</summary>
/// <param name="Action">What, such as <c>session.started</c>.</param>
/// <param name="Outcome"><c>success</c> or <c>refused</c>.</param>
/// <param name="UserId">Whom it concerns; null where there is no such account.</param>
/// <param name="By">Who did it: a person's or a service's id; null where nobody was signed in.</param>
/// <param name="Address">From where. Null once the person was erased, or the event is too far back among theirs.</param>
internal sealed record AuditEventResponse(
    string Id, DateTimeOffset At, string Action, [property: AllowedValues("success", "refused")] string Outcome, string? UserId, string? By,
    string? Address, string? UserAgent, string? Detail, string? TraceId);
