namespace UserService.Sessions;

/// <summary>A person signed in on one device.</summary>
internal sealed record Session(
    string Id, Device Device, IReadOnlyList<string> Methods, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt)
{
    public const string IdPrefix = "ses";
}
