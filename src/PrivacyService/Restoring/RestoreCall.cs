using System.Security.Claims;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Activity;
using PrivacyService.Vault;

namespace PrivacyService.Restoring;

/// <summary>Who wants originals, whose, and what for.</summary>
/// <param name="Caller">The id of a person or a service.</param>
/// <param name="Purpose">In the caller's words; it is kept, sealed, with what concerns the owner.</param>
/// <param name="Route">By which way.</param>
internal sealed record RestoreCall(string Caller, bool IsService, DataOwner Owner, string Purpose, ActivityKind Route)
{
    public const int LongestPurpose = 200;

    /// <summary>Of a person who has what is theirs back, and does not say what for.</summary>
    private const string Own = "own";

    private const string Gateway = "gateway";

    /// <exception cref="ProblemException">A purpose has to be given, or what is given is none.</exception>
    public static RestoreCall Of(ClaimsPrincipal caller, DataOwner owner, string? purpose, ActivityKind route)
    {
        if (purpose is not null && (purpose.Length > LongestPurpose || string.IsNullOrWhiteSpace(purpose) || purpose.Any(char.IsControl)))
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "invalid_purpose", "The purpose cannot be used", $"Say in 1 to {LongestPurpose} characters of one line what the originals are for.");
        }

        return purpose is null && caller.IsService()
            ? throw new ProblemException(
                StatusCodes.Status400BadRequest, "missing_purpose", "What are the originals for?",
                $"Send a purpose, of 1 to {LongestPurpose} characters: whoever restores what is not their own says what for.")
            : Create(caller, owner, purpose ?? Own, route);
    }

    /// <summary>Of a call through the gateway, which restores nothing but what it has masked.</summary>
    public static RestoreCall OfGateway(ClaimsPrincipal caller, DataOwner owner) => Create(caller, owner, Gateway, ActivityKind.Gateway);

    private static RestoreCall Create(ClaimsPrincipal caller, DataOwner owner, string purpose, ActivityKind route) =>
        new(caller.ClientId() ?? caller.UserId(), caller.IsService(), owner, purpose, route);
}
