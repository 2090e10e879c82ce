using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Platform.ServiceDefaults.Problems;
using UserService.Http;
using UserService.Passwords;

namespace UserService.Users;

/// <summary>Identity's errors as answers.</summary>
internal static class IdentityProblems
{
    /// <param name="newPassword">What the request calls a new password.</param>
    public static ProblemHttpResult Of(
        IdentityResult result, bool conditional = false, string newPassword = "password")
    {
        var errors = result.Errors.ToList();
        if (errors.Exists(error => error.Code == nameof(IdentityErrorDescriber.ConcurrencyFailure)))
        {
            return conditional ? Preconditions.Failed() : Problems.Conflict(
                "user_changed", "The account was changed meanwhile", "Read it again and repeat the change.");
        }

        if (errors.Exists(error => error.Code == nameof(AccountRoles.LastAdministrator)))
        {
            return Problems.Conflict(
                "last_administrator", "This is the last administrator", "Make somebody else an administrator first.");
        }

        var invalid = new ValidationErrors();
        foreach (var error in errors.Where(error => !IsDuplicate(error)).DistinctBy(error => (error.Code, error.Description)))
        {
            invalid.Add(PropertyOf(error.Code, newPassword), error.Description);
        }

        if (invalid.Any)
        {
            return invalid.ToProblem();
        }

        // Only where addresses are not confirmed: there a neutral answer would leave its owner without an account and without knowing it.
        return errors.Exists(error => error.Code == nameof(IdentityErrorDescriber.DuplicateEmail))
            ? Problems.Conflict("email_taken", "The e-mail address is taken", "Sign in with it, or use another address.")
            : Problems.Conflict("user_name_taken", "The user name is taken", "Choose another user name.");
    }

    private static bool IsDuplicate(IdentityError error) =>
        error.Code is nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName);

    private static string PropertyOf(string code, string newPassword) => code switch
    {
        _ when ProofErrors.PropertyOf(code) is { } property => property,
        _ when code.StartsWith("Password", StringComparison.Ordinal) => newPassword,
        _ when code.Contains("Email", StringComparison.Ordinal) => "email",
        _ when code.Contains("DisplayName", StringComparison.Ordinal) => "displayName",
        _ => "userName",
    };
}
