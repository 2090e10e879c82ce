namespace UserService.Erasure;

/// <param name="CurrentPassword">Needed to erase oneself: a borrowed access token is not enough.</param>
internal sealed record EraseRequest(string? CurrentPassword)
{
    public override string ToString() => nameof(EraseRequest);
}
