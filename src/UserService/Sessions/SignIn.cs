using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Platform.Contracts;
using Platform.Redis.RateLimiting;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using Platform.ServiceDefaults.Revocations;
using UserService.Audit;
using UserService.Keys;
using UserService.Lockout;
using UserService.Outbox;
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
    SecondFactor secondFactor,
    SessionStore sessions,
    AccessTokens accessTokens,
    RevocationFeed revocations,
    RevocationList revoked,
    RefreshTokens refreshTokens,
    IRateLimits limits,
    Secrets secrets,
    AuditTrail audit,
    SecurityNotices notices,
    TimeProvider timeProvider,
    ILogger<SignIn> logger)
{
    private const string Password = "pwd";
    private const string PasswordAndCode = "pwd otp";

    /// <returns>Null when the sign-in was refused; why is nobody's business.</returns>
    public async Task<PasswordAnswer?> WithPasswordAsync(LoginRequest request, Device device, CancellationToken cancellationToken)
    {
        // Before the account is looked at, so that whatever revokes its tokens from here on, such as a role that is taken away, is after it.
        var epoch = await revocations.PositionAsync(cancellationToken);
        var attempt = attempts.OfSignIn(request.Email, request.UserName, device);
        var ownerOfCode = request.Code is null ? null : await FindOwnerOfCodeAsync(request, device, cancellationToken);
        var (user, verified) = await attempts.MakeAsync(
            ownerOfCode is null ? attempt : attempt.Trusted(),
            async () =>
            {
                // Accounts that do not exist cost the same hash as all others.
                var found = await FindAsync(request);
                return (found, await passwords.VerifyAsync(found, request.Password!, cancellationToken));
            },
            cancellationToken);
        if (user is null || verified == PasswordVerificationResult.Failed)
        {
            return await RefuseAsync<PasswordAnswer>(user, user is null ? "unknown" : "password");
        }

        if (verified == PasswordVerificationResult.SuccessRehashNeeded)
        {
            // Hashed when rounds were fewer. Should the update lose a race, the next sign-in repeats it.
            user.PasswordHash = await passwords.HashAsync(user, request.Password!, cancellationToken);
            await users.UpdateAsync(user);
        }

        // By id: the name that was given may have gone to another account meanwhile.
        var hasCode = user.Id == ownerOfCode;
        if (user.TwoFactorEnabled && !hasCode)
        {
            // The attempt stays counted until the second factor is right, too.
            return new PasswordAnswer(null, await tickets.OpenAsync(user, device, cancellationToken));
        }

        await attempts.SucceedAsync(user, device, cancellationToken);
        return await StartAsync(user, device, epoch, hasCode ? PasswordAndCode : Password, cancellationToken) is { } tokens
            ? new PasswordAnswer(tokens, null)
            : null;
    }

    /// <returns>Null when the token is worth nothing (any more).</returns>
    public async Task<TokenResponse?> RefreshAsync(string? refreshToken, CancellationToken cancellationToken)
    {
        if (!refreshTokens.TryRead(refreshToken, out var presented))
        {
            return null;
        }

        if (await limits.CheckPolicyAsync(RateLimitPolicies.Refresh, presented.SessionId, 1, cancellationToken) is { Allowed: false } refused)
        {
            throw new ProblemException(
                StatusCodes.Status429TooManyRequests, "too_many_refreshes", "Too many refreshes of one session",
                "Keep the access token until it expires. Refresh again after the time given in Retry-After.", refused.RetryAfter);
        }

        // Before account and session are looked at, so that whatever revokes its tokens from here on is after it.
        var epoch = await revocations.PositionAsync(cancellationToken);
        if (await users.FindByIdAsync(presented.UserId) is not { } user)
        {
            return null;
        }

        if (revoked.IsSessionRevoked(presented.SessionId))
        {
            // By hand, or by what crashed before it could end the session: a refresh must not bring it back.
            await sessions.EndAsync(presented.UserId, presented.SessionId, cancellationToken);
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
                await audit.RecordAsync(AuditActions.TokenReused, AuditOutcome.Refused, user.Id, presented.SessionId);
                await notices.SendAsync(user.Id, SecurityNotice.RefreshTokenReused);
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
        // A new id with every sign-in: nothing that was known before it can become a session. Its time is that of the sign-in, for good.
        var sessionId = PlatformId.New(Session.IdPrefix, timeProvider.GetUtcNow());
        var refreshToken = refreshTokens.Create(user.Id, sessionId, generation: 1);
        var answer = await AnswerAsync(user, refreshToken, epoch, cancellationToken);
        switch (await sessions.CreateAsync(user, sessionId, refreshToken, device, methods, cancellationToken))
        {
            case SessionCreation.Outdated:
                return await RefuseAsync<TokenResponse>(user, "changed");
            case SessionCreation.Full:
                await RefuseAsync<TokenResponse>(user, "full");
                throw new ProblemException(
                    StatusCodes.Status409Conflict, "too_many_sessions", "There are as many sessions as there may be",
                    "Sign out on another device first, or end one of the sessions there.");
        }

        logger.SignedIn();
        await audit.RecordAsync(AuditActions.SessionStarted, AuditOutcome.Success, user.Id, sessionId);
        return answer;
    }

    private Task<User?> FindAsync(LoginRequest request) =>
        request.Email is { } email ? users.FindByEmailAsync(email) : users.FindByNameAsync(request.UserName!);

    /// <summary>
    /// Asked before the password, and counted before it is asked: whoever guesses codes gets slower, under names without an account too. A code
    /// that is put off counts as none.
    /// </summary>
    /// <returns>The id of the account, if the code is one of its own.</returns>
    private async Task<string?> FindOwnerOfCodeAsync(LoginRequest request, Device device, CancellationToken cancellationToken)
    {
        var attempt = attempts.OfCode(request.Email, request.UserName, device);
        try
        {
            var owner = await attempts.MakeAsync(
                attempt,
                async () => (await FindAsync(request) ?? await users.FindByIdAsync(PlatformId.New(User.IdPrefix))) is { } user
                    && await secondFactor.VerifyAsync(user, request.Code, null)
                        ? user.Id
                        : null,
                cancellationToken);
            if (owner is not null)
            {
                await attempts.SucceedAsync(attempt, cancellationToken);
            }

            return owner;
        }
        catch (ProblemException problem) when (problem.Status == StatusCodes.Status429TooManyRequests)
        {
            return null;
        }
    }

    private async Task<T?> RefuseAsync<T>(User? user, string why) where T : class
    {
        logger.SignInRefused(why);
        await audit.RecordAsync(AuditActions.SessionStarted, AuditOutcome.Refused, user?.Id, why);
        return null;
    }

    private async Task<TokenResponse> AnswerAsync(User user, RefreshToken refreshToken, string epoch, CancellationToken cancellationToken) => new(
        await accessTokens.IssueForUserAsync(user, refreshToken.SessionId, epoch, cancellationToken),
        "Bearer",
        accessTokens.LifetimeSeconds,
        refreshToken.Text,
        refreshToken.SessionId);
}
