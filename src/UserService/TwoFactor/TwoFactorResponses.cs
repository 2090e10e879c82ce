namespace UserService.TwoFactor;

/// <param name="Enabled">Whether signing in asks for a code.</param>
/// <param name="RecoveryCodesLeft">How many recovery codes were not used yet.</param>
internal sealed record TwoFactorResponse(bool Enabled, int RecoveryCodesLeft);

/// <param name="Secret">To be typed into an app, in Base32.</param>
/// <param name="Uri">The same to be shown as a QR code (Key URI format: <c>otpauth://totp/…</c>).</param>
/// <param name="ExpiresIn">Seconds until it must be confirmed.</param>
internal sealed record BeginTwoFactorResponse(string Secret, string Uri, int ExpiresIn)
{
    /// <summary>Keeps the secret out of whatever prints records.</summary>
    public override string ToString() => nameof(BeginTwoFactorResponse);
}

/// <param name="RecoveryCodes">Each good once in place of a code. They are shown this one time.</param>
internal sealed record RecoveryCodesResponse(IReadOnlyList<string> RecoveryCodes)
{
    public override string ToString() => nameof(RecoveryCodesResponse);
}
