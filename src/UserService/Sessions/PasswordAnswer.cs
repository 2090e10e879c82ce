using UserService.TwoFactor;

namespace UserService.Sessions;

/// <summary>What a right password is worth: tokens, or a ticket where a second factor is to follow.</summary>
internal sealed record PasswordAnswer(TokenResponse? Tokens, SignInTicket? Ticket);
