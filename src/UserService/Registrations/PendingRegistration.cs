using System.Text.Json;
using System.Text.Json.Serialization;
using UserService.Users;

namespace UserService.Registrations;

/// <summary>An account that somebody wants, until its address is confirmed. Only ever kept sealed.</summary>
internal sealed record PendingRegistration(string Email, string? UserName, string? DisplayName, string PasswordHash)
{
    public static PendingRegistration Of(User user) =>
        new(user.Email!, user.HasChosenUserName ? user.UserName : null, user.DisplayName, user.PasswordHash!);

    public User ToUser()
    {
        var user = new User { Email = Email, EmailConfirmed = true, DisplayName = DisplayName, PasswordHash = PasswordHash };
        user.UserName = UserName ?? user.Id;
        return user;
    }

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, PendingRegistrationJson.Default.PendingRegistration);

    public static PendingRegistration FromUtf8(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, PendingRegistrationJson.Default.PendingRegistration)
        ?? throw new InvalidDataException("A registration is empty.");

    /// <summary>Keeps the person out of whatever prints records.</summary>
    public override string ToString() => nameof(PendingRegistration);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PendingRegistration))]
internal sealed partial class PendingRegistrationJson : JsonSerializerContext;
