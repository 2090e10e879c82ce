namespace UserService.Registrations;

internal enum EmailConfirmationMode
{
    /// <summary>
    /// An account can be used at once, and an address need not be its owner's. Registering then has to say that an address is taken: anybody can
    /// ask whether somebody has an account.
    /// </summary>
    Off,

    /// <summary>Nothing is created or changed before the address has proved to be its owner's, and nobody learns who has an account.</summary>
    Required,
}

/// <summary>How people get their accounts.</summary>
internal sealed class RegistrationOptions
{
    public const string SectionName = "Registration";

    /// <value>Default: required. Off in Development, where nobody wants to open an e-mail to get going.</value>
    public EmailConfirmationMode EmailConfirmation { get; set; } = EmailConfirmationMode.Required;

    public bool Confirms => EmailConfirmation == EmailConfirmationMode.Required;
}
