using Microsoft.AspNetCore.Identity;
using UserService.Audit;
using UserService.Lockout;
using UserService.Outbox;
using UserService.Revocations;
using UserService.Sessions;
using UserService.Users;

namespace UserService.TwoFactor;

/// <summary>The second half of a sign-in.</summary>
internal sealed class SecondFactorSignIn(
    UserManager<User> users, SignInTickets tickets, SecondFactor secondFactor, Attempts attempts, RevocationFeed revocations, SignIn signIn,
    AuditTrail audit, SecurityNotices notices, ILogger<SecondFactorSignIn> logger)
{
    private const string PasswordAndCode = "pwd otp";

    public async Task<SecondFactorAnswer> ContinueAsync(SecondFactorRequest request, Device here, CancellationToken cancellationToken)
    {
        if (!SignInTicket.TryRead(request.Ticket, out var ticket))
        {
            return SecondFactorAnswer.Refused(SecondFactorRefusal.Ticket);
        }

        // Before the account is looked at, so that whatever revokes its tokens from here on is after it.
        var epoch = await revocations.PositionAsync(cancellationToken);

        // Before anything is counted: ids are no secret, and made-up tickets must not slow anybody down.
        if (await tickets.FindAsync(ticket, cancellationToken) is not { } device || await users.FindByIdAsync(ticket.UserId) is not { } user)
        {
            return SecondFactorAnswer.Refused(SecondFactorRefusal.Ticket);
        }

        var (tries, right) = await attempts.MakeAsync(
            attempts.OfSecondFactor(user, here),
            async () =>
            {
                var number = await tickets.TryAsync(ticket, cancellationToken);
                return (number, number > 0 && await secondFactor.VerifyAsync(user, request.Code, request.RecoveryCode));
            },
            cancellationToken);
        if (!right)
        {
            await audit.RecordAsync(AuditActions.SecondFactorRefused, AuditOutcome.Refused, user.Id);
            if (tries == SignInTickets.MostTries)
            {
                logger.SecondFactorGuessed();
                await notices.SendAsync(user.Id, SecurityNotice.SecondFactorGuessed);
            }

            return SecondFactorAnswer.Refused(
                tries is 0 or SignInTickets.MostTries ? SecondFactorRefusal.Ticket
                : request.Code is null ? SecondFactorRefusal.RecoveryCode : SecondFactorRefusal.Code);
        }

        if (!await tickets.RedeemAsync(ticket, cancellationToken))
        {
            return SecondFactorAnswer.Refused(SecondFactorRefusal.Ticket);
        }

        await attempts.SucceedAsync(user, here, cancellationToken);
        return new SecondFactorAnswer(
            await signIn.StartAsync(user, device, epoch, PasswordAndCode, cancellationToken), SecondFactorRefusal.Ticket);
    }
}
