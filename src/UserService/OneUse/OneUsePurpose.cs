namespace UserService.OneUse;

/// <summary>What a one-use token is good for; nothing else accepts it.</summary>
internal enum OneUsePurpose
{
    /// <summary>Creates the account that waits behind it. Belongs to an address, as its HMAC.</summary>
    Registration,

    /// <summary>Sets a new password. Belongs to an account.</summary>
    PasswordReset,

    /// <summary>Shows that an address is read by the account's owner. Belongs to an account.</summary>
    EmailConfirmation,
}
