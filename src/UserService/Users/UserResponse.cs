using System.Text.Json.Serialization;

namespace UserService.Users;

/// <param name="Detail">What is still to be done, where a change waits for it.</param>
internal sealed record UserResponse(
    string Id, string Email, bool EmailConfirmed, string? UserName, string? DisplayName, IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null)
{
    public static UserResponse Of(User user) => new(
        user.Id, user.Email!, user.EmailConfirmed, user.HasChosenUserName ? user.UserName : null, user.DisplayName, [.. user.Roles],
        user.CreatedAt, user.UpdatedAt);

    /// <summary>The account as it still is, while a new address waits to be confirmed. The same for an address that somebody else has.</summary>
    public static UserResponse Waiting(User user) => Of(user) with
    {
        Detail = "The account keeps this address until the new one is confirmed, with the token in the e-mail that is on its way there: "
            + "POST /v1/users/email-confirmation/confirm. If it does not come within a few minutes, look among unwanted e-mails, then send this change again: "
            + "that sends another one, five to one address and ten of one account in an hour.",
    };

    /// <summary>Keeps the person out of whatever prints records.</summary>
    public override string ToString() => nameof(UserResponse);
}
