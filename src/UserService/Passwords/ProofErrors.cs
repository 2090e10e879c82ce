using Microsoft.AspNetCore.Identity;

namespace UserService.Passwords;

/// <summary>What can be wrong with a <see cref="ProofRequest"/>.</summary>
internal static class ProofErrors
{
    public static readonly IdentityError WrongPassword = new() { Code = "PasswordMismatch", Description = "The current password is wrong." };

    public static readonly IdentityError WrongCode = new()
    {
        Code = nameof(WrongCode), Description = "The code is wrong, or was used before. Wait for the next one.",
    };

    public static readonly IdentityError WrongRecoveryCode = new()
    {
        Code = nameof(WrongRecoveryCode), Description = "This is none of the account's recovery codes, or it was used before. Each is good once.",
    };

    public static readonly IdentityError MissingPassword = new() { Code = nameof(MissingPassword), Description = "The current password is required." };

    public static readonly IdentityError MissingCode = new()
    {
        Code = nameof(MissingCode), Description = "A code is required, since the account has a second factor: give either code or recoveryCode.",
    };

    public static readonly IdentityError TwoCodes = new() { Code = nameof(TwoCodes), Description = "Give either code or recoveryCode." };

    /// <param name="hasSecondFactor">Whether the account has one; a code is not looked at otherwise.</param>
    public static IEnumerable<IdentityError> Missing(ProofRequest proof, bool hasSecondFactor)
    {
        if (string.IsNullOrEmpty(proof.CurrentPassword))
        {
            yield return MissingPassword;
        }

        if (hasSecondFactor && (string.IsNullOrEmpty(proof.Code), string.IsNullOrEmpty(proof.RecoveryCode)) is var (noCode, noRecoveryCode)
            && noCode == noRecoveryCode)
        {
            yield return noCode ? MissingCode : TwoCodes;
        }
    }

    /// <returns>The property that is wrong; null where it is no error of a proof.</returns>
    public static string? PropertyOf(string code) => code switch
    {
        "PasswordMismatch" or nameof(MissingPassword) => "currentPassword",
        nameof(WrongCode) or nameof(MissingCode) or nameof(TwoCodes) => "code",
        nameof(WrongRecoveryCode) => "recoveryCode",
        _ => null,
    };
}
