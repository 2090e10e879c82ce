namespace UserService.Users;

internal sealed record UserResponse(
    string Id, string Email, bool EmailConfirmed, string? UserName, string? DisplayName, IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static UserResponse Of(User user) => new(
        user.Id, user.Email!, user.EmailConfirmed, user.HasChosenUserName ? user.UserName : null, user.DisplayName, [.. user.Roles],
        user.CreatedAt, user.UpdatedAt);

    /// <summary>Keeps the person out of whatever prints records.</summary>
    public override string ToString() => nameof(UserResponse);
}
