namespace UserService.Erasure;

/// <param name="CurrentPassword">Needed to erase oneself: a borrowed access token is not enough.</param>
/// <param name="Code">Where the account has a second factor: this or <paramref name="RecoveryCode"/>.</param>
internal sealed record EraseRequest(string? CurrentPassword, string? Code, string? RecoveryCode)
{
    public override string ToString() => nameof(EraseRequest);
}
