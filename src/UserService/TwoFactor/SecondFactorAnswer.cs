using UserService.Sessions;

namespace UserService.TwoFactor;

/// <summary>What the second half of a sign-in is worth: tokens, or what is wrong. Who holds a ticket has shown the password, so may know.</summary>
internal readonly record struct SecondFactorAnswer(TokenResponse? Tokens, SecondFactorRefusal Refusal)
{
    public static SecondFactorAnswer Refused(SecondFactorRefusal refusal) => new(null, refusal);
}

internal enum SecondFactorRefusal
{
    /// <summary>There is no such ticket (any more).</summary>
    Ticket,

    Code,

    RecoveryCode,
}
