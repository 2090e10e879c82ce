using System.Security.Claims;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Activity;
using PrivacyService.Vault;

namespace PrivacyService.Pseudonyms;

/// <summary>Whose data a call works on: a person's own, or that of the person whom a service names. It is told to what is recorded of the call, too.</summary>
internal sealed class CallerAccess(MasterKeys master, CallActivity activity)
{
    /// <param name="scope">What a service's token must allow.</param>
    /// <exception cref="ProblemException">It is not the caller's, or not said.</exception>
    public DataOwner OwnerOf(ClaimsPrincipal caller, string? owner, string scope)
    {
        var dataOwner = Allowed(caller, owner, scope);
        activity.Owner = dataOwner;
        return dataOwner;
    }

    private DataOwner Allowed(ClaimsPrincipal caller, string? owner, string scope)
    {
        if (!caller.IsService())
        {
            return owner is null || owner == caller.UserId()
                ? master.Owner(caller.UserId())
                : throw Forbidden("not_the_owner", "Leave owner out: a person works on their own data.");
        }

        if (!caller.HasScope(scope))
        {
            throw Forbidden("insufficient_scope", $"The token needs the scope {scope}.");
        }

        return PlatformId.IsValid(owner, "usr")
            ? master.Owner(owner!)
            : throw new ProblemException(
                StatusCodes.Status400BadRequest, "missing_owner", "Whose data is it?", "Name the owner in the query: owner=usr_….");
    }

    private static ProblemException Forbidden(string code, string detail) => new(StatusCodes.Status403Forbidden, code, "Not allowed", detail);
}
