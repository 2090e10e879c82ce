using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Platform.Contracts;
using Platform.ServiceDefaults.Http;
using UserService.Keys;
using UserService.Lockout;
using UserService.Passwords;
using UserService.Revocations;
using UserService.Tokens;
using UserService.TwoFactor;
using UserService.Users;

namespace UserService.Sessions;

/// <summary>Signs people in, and keeps them signed in.</summary>
internal sealed class SignIn(
    UserManager<User> users,
    AccountPasswords passwords,
    Attempts attempts,
    SignInTickets tickets,
    SessionStore sessions,
    AccessTokens accessTokens,
    RevocationFeed revocations,
    RefreshTokens refreshTokens,
    Secrets secrets,
    ILogger<SignIn> logger)
{
    private const string Password = "pwd";

    /// <returns>Null when the sign-in was refused; why is nobody's business.</returns>
    public async Task<PasswordAnswer?> WithPasswordAsync(
        string? email, string? userName, string password, Device device, CancellationToken cancellationToken)
    {
        // Before the account is looked at, so that whatever revokes its tokens from here on, such as a role that is taken away, is after it.
        var epoch = await revocations.PositionAsync(cancellationToken);
        var (user, verified) = await attempts.MakeAsync(
            attempts.OfSignIn(email, userName, device),
            async () =>
            {
                // Accounts that do not exist cost the same hash as all others.
                var found = email is not null ? await users.FindByEmailAsync(email) : await users.FindByNameAsync(userName!);
                return (found, await passwords.VerifyAsync(found, password, cancellationToken));
            },
            cancellationToken);
        if (user is null || verified == PasswordVerificationResult.Failed)
        {
            logger.SignInRefused(user is null ? "unknown" : "password");
            return null;
        }

        if (verified == PasswordVerificationResult.SuccessRehashNeeded)
        {
            // Hashed when rounds were fewer. Should the update lose a race, the next sign-in repeats it.
            user.PasswordHash = await passwords.HashAsync(user, password, cancellationToken);
            await users.UpdateAsync(user);
        }

        if (user.TwoFactorEnabled)
        {
            // The attempt stays counted until the second factor is right, too.
            return new PasswordAnswer(null, await tickets.OpenAsync(user, device, cancellationToken));
        }

        await attempts.SucceedAsync(user, device, cancellationToken);
        return await StartAsync(user, device, epoch, Password, cancellationToken) is { } tokens ? new PasswordAnswer(tokens, null) : null;
    }

    /// <returns>Null when the token is worth nothing (any more).</returns>
    public async Task<TokenResponse?> RefreshAsync(string? refreshToken, CancellationToken cancellationToken)
    {
        if (!refreshTokens.TryRead(refreshToken, out var presented))
        {
            return null;
        }

        // Before account and session are looked at, so that whatever revokes its tokens from here on is after it.
        var epoch = await revocations.PositionAsync(cancellationToken);
        if (await users.FindByIdAsync(presented.UserId) is not { } user)
        {
            return null;
        }

        var successor = refreshTokens.Create(user.Id, presented.SessionId, presented.Generation + 1);
        var answer = await AnswerAsync(user, successor, epoch, cancellationToken);
        var sealedAnswer = secrets.Successors.Seal(
            JsonSerializer.SerializeToUtf8Bytes(answer, JsonDefaults.Options), presented.SessionId);
        var rotation = await sessions.RotateAsync(presented, successor, sealedAnswer, cancellationToken);
        switch (rotation.Outcome)
        {
            case RotationOutcome.Rotated:
                return answer;
            case RotationOutcome.Repeated:
                return JsonSerializer.Deserialize<TokenResponse>(
                    secrets.Successors.Open(rotation.SealedAnswer!, presented.SessionId), JsonDefaults.Options);
            case RotationOutcome.Reused:
                logger.RefreshTokenReused();
                return null;
            default:
                return null;
        }
    }

    /// <summary>Starts the session of somebody who has proved everything.</summary>
    /// <param name="epoch">Place of the revocation feed, read before the account was.</param>
    /// <param name="methods">How it was proved (RFC 8176), words with spaces between.</param>
    /// <returns>Null when the account is gone or its password has changed since.</returns>
    public async Task<TokenResponse?> StartAsync(
        User user, Device device, string epoch, string methods, CancellationToken cancellationToken)
    {
        // A new id with every sign-in: nothing that was known before it can become a session.
        var sessionId = PlatformId.New(Session.IdPrefix);
        var refreshToken = refreshTokens.Create(user.Id, sessionId, generation: 1);
        var answer = await AnswerAsync(user, refreshToken, epoch, cancellationToken);
        if (!await sessions.CreateAsync(user, sessionId, refreshToken, device, methods, cancellationToken))
        {
            logger.SignInRefused("changed");
            return null;
        }

        logger.SignedIn();
        return answer;
    }

    private async Task<TokenResponse> AnswerAsync(User user, RefreshToken refreshToken, string epoch, CancellationToken cancellationToken) => new(
        await accessTokens.IssueForUserAsync(user, refreshToken.SessionId, epoch, cancellationToken),
        "Bearer",
        accessTokens.LifetimeSeconds,
        refreshToken.Text,
        refreshToken.SessionId);
}
