using System.Text.Json;
using System.Text.Json.Serialization;

namespace UserService.Users;

/// <summary>What is sealed of an account: the person, the credentials and the rights, so that none can be read or granted in Redis.</summary>
internal sealed record AccountProfile
{
    public required string Email { get; init; }

    public bool EmailConfirmed { get; init; }

    public required string UserName { get; init; }

    public string? DisplayName { get; init; }

    public string? PasswordHash { get; init; }

    public required string SecurityStamp { get; init; }

    public IReadOnlyList<string> Roles { get; init; } = [];

    public bool TwoFactorEnabled { get; init; }

    public string? AuthenticatorKey { get; init; }

    public IReadOnlyList<string>? RecoveryCodes { get; init; }

    public static AccountProfile Of(User user) => new()
    {
        Email = user.Email ?? throw new InvalidOperationException("An account needs an e-mail address."),
        EmailConfirmed = user.EmailConfirmed,
        UserName = user.UserName ?? user.Id,
        DisplayName = user.DisplayName,
        PasswordHash = user.PasswordHash,
        SecurityStamp = user.SecurityStamp ?? throw new InvalidOperationException("An account needs a security stamp."),
        Roles = [.. user.Roles],
        TwoFactorEnabled = user.TwoFactorEnabled,
        AuthenticatorKey = user.AuthenticatorKey,
        RecoveryCodes = user.RecoveryCodes.Count > 0 ? user.RecoveryCodes : null,
    };

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, AccountProfileJson.Default.AccountProfile);

    public static AccountProfile FromUtf8(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, AccountProfileJson.Default.AccountProfile)
        ?? throw new InvalidDataException("The profile of an account is empty.");
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(AccountProfile))]
internal sealed partial class AccountProfileJson : JsonSerializerContext;
