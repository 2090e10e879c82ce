namespace UserService.Administration;

/// <summary>The first administrator, created at start if there is none with that address.</summary>
internal sealed class AdminOptions
{
    public const string SectionName = "Admin";

    /// <value>Default: <c>admin@platform.example</c>.</value>
    public string Email { get; set; } = "admin@platform.example";

    /// <summary>Only for creating the account; without it none is created. A later change here does not change the account's.</summary>
    public string? Password { get; set; }
}
