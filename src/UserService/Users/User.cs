using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;

namespace UserService.Users;

/// <summary>An account, as ASP.NET Core Identity handles it.</summary>
internal sealed class User
{
    public const string IdPrefix = "usr";

    public string Id { get; init; } = PlatformId.New(IdPrefix);

    public string? Email { get; set; }

    public string? NormalizedEmail { get; set; }

    public bool EmailConfirmed { get; set; }

    /// <summary>The name that the person chose, else the id: Identity wants every account to have one.</summary>
    public string? UserName { get; set; }

    public string? NormalizedUserName { get; set; }

    public bool HasChosenUserName => UserName is not null && UserName != Id;

    public string? DisplayName { get; set; }

    public string? PasswordHash { get; set; }

    /// <summary>Changes when the password does. Sessions signed in under another stamp are over.</summary>
    public string? SecurityStamp { get; set; }

    /// <summary>Changes on every update; sent as the <c>ETag</c>.</summary>
    public string ConcurrencyStamp { get; set; } = "";

    public SortedSet<string> Roles { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    public bool IsAdministrator => Roles.Contains(AccessTokenClaims.AdminRole);

    public bool TwoFactorEnabled { get; set; }

    /// <summary>The secret that an authenticator app shares, in Base32.</summary>
    public string? AuthenticatorKey { get; set; }

    /// <summary>HMACs of the recovery codes that are left.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
