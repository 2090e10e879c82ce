namespace UserService.Passwords;

/// <summary>What somebody who is signed in proves with that it is still them.</summary>
/// <param name="Code">Where the account has a second factor: this or <paramref name="RecoveryCode"/>.</param>
internal sealed record ProofRequest(string? CurrentPassword, string? Code = null, string? RecoveryCode = null)
{
    public static readonly ProofRequest None = new(CurrentPassword: null);

    /// <summary>Keeps the password out of whatever prints records.</summary>
    public override string ToString() => nameof(ProofRequest);
}
