using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.Contracts;
using Platform.Contracts.Users;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;

namespace TaskService.Page;

/// <summary>
/// Sessions of those who use the page, which are UserService's. The access token is the page's, which keeps it in memory; the refresh token is in a cookie that no script
/// reads and that goes nowhere but here.
/// </summary>
internal static class PageSessions
{
    private const string Cookie = "tasks-session";
    private const string CookiePath = "/tasks/session";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    public static async Task<Results<Ok<PageSessionResponse>, ProblemHttpResult>> SignInAsync(
        PageSignInRequest request, HttpContext http, SessionsClient sessions, ILogger<SessionsClient> logger, CancellationToken cancellationToken)
    {
        if (request.Fault() is { } fault)
        {
            return Problems.BadRequest("invalid_sign_in", "Not a sign-in", fault);
        }

        var before = RefreshTokenOf(http);
        var visitor = VisitorOf(http);
        try
        {
            var tokens = request.Ticket is { } ticket
                ? await sessions.SignInAsync(ticket, request.Code, request.RecoveryCode, visitor, cancellationToken)
                : await sessions.SignInAsync(request.Name!, request.Password!, visitor, cancellationToken);
            if (before is not null)
            {
                // Whoever signs in anew has no use for the session of before.
                await TryEndAsync(before, visitor, sessions, logger, cancellationToken);
            }

            return await AnswerAsync(tokens, http, sessions, logger, cancellationToken);
        }
        catch (RemoteCallException refusal) when (IsVerdict(refusal))
        {
            var extensions = refusal.Ticket is { } next ? new Dictionary<string, object?> { ["ticket"] = next } : null;
            return refusal.Status == HttpStatusCode.TooManyRequests
                ? throw new ProblemException((int)refusal.Status, refusal.Code, "The sign-in was refused", refusal.Detail ?? "Wait.", refusal.RetryAfter)
                : Problems.Of((int)refusal.Status, refusal.Code, "The sign-in was refused", refusal.Detail ?? "Check what you sent.", extensions);
        }
        catch (Exception exception) when (exception.IsAbsence(cancellationToken))
        {
            throw Away(exception, logger);
        }
    }

    public static async Task<Results<Ok<PageSessionResponse>, ProblemHttpResult>> RefreshAsync(
        HttpContext http, SessionsClient sessions, ILogger<SessionsClient> logger, CancellationToken cancellationToken)
    {
        if (RefreshTokenOf(http) is not { } refreshToken)
        {
            return Problems.Unauthorized("not_signed_in", "Nobody is signed in", "Sign in with POST /tasks/session.");
        }

        try
        {
            return await AnswerAsync(await sessions.RefreshAsync(refreshToken, VisitorOf(http), cancellationToken), http, sessions, logger, cancellationToken);
        }
        catch (RemoteCallException refusal) when (refusal.Status is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest)
        {
            Forget(http);
            return Problems.Unauthorized("session_ended", "The session has ended", "Your session has ended. Sign in again.");
        }
        catch (RemoteCallException refusal) when (refusal.Status == HttpStatusCode.TooManyRequests)
        {
            throw new ProblemException((int)refusal.Status, refusal.Code, "Too many refreshes", refusal.Detail ?? "Wait.", refusal.RetryAfter);
        }
        catch (Exception exception) when (exception.IsAbsence(cancellationToken))
        {
            throw Away(exception, logger);
        }
    }

    public static async Task<NoContent> SignOutAsync(
        HttpContext http, SessionsClient sessions, ILogger<SessionsClient> logger, CancellationToken cancellationToken)
    {
        var refreshToken = RefreshTokenOf(http);
        Forget(http);
        if (refreshToken is not null && !await TryEndAsync(refreshToken, VisitorOf(http), sessions, logger, cancellationToken))
        {
            // The exception handler starts the answer anew, and this browser shall forget the session all the same.
            http.Response.OnStarting(() =>
            {
                Forget(http);
                return Task.CompletedTask;
            });
            throw Problems.Unavailable(
                RetryAfter, "session_not_ended", "Signed out here only",
                "You have signed out in this browser. UserService could not be told: end the session there, among your sessions, when it is back.");
        }

        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<PageSessionResponse>, ProblemHttpResult>> AnswerAsync(
        SessionTokens tokens, HttpContext http, SessionsClient sessions, ILogger logger, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (!IsAdministrator(tokens.AccessToken))
        {
            Forget(http);
            await TryEndAsync(tokens.RefreshToken, VisitorOf(http), sessions, logger, cancellationToken);
            return Problems.Forbidden("not_administrator", "The page is the administrators'", "Sign in with the account of an administrator.");
        }

        http.Response.Cookies.Append(Cookie, tokens.RefreshToken, Options(http));
        return TypedResults.Ok(new PageSessionResponse(tokens.AccessToken, tokens.ExpiresIn));
    }

    /// <summary>To tell people early: the token is UserService's own answer, and the API checks it with every request.</summary>
    private static bool IsAdministrator(string accessToken) =>
        new JsonWebToken(accessToken).Claims.Any(claim => claim is { Type: AccessTokenClaims.Role, Value: AccessTokenClaims.AdminRole });

    private static async Task<bool> TryEndAsync(
        string refreshToken, Visitor visitor, SessionsClient sessions, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await sessions.EndAsync(refreshToken, visitor, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception.IsAbsence(cancellationToken))
        {
            logger.SessionNotEnded(exception.GetType().Name);
            return false;
        }
    }

    /// <summary>Whether UserService has decided, and the person can do something about it.</summary>
    private static bool IsVerdict(RemoteCallException refusal) => (int)refusal.Status is >= 400 and < 500 and not 404 and not 408;

    /// <summary>Anybody can send a cookie: what is no token costs UserService nothing.</summary>
    private static string? RefreshTokenOf(HttpContext http) =>
        http.Request.Cookies[Cookie] is { } cookie && SessionsClient.HasForm(cookie) ? cookie : null;

    private static Visitor VisitorOf(HttpContext http) => new(
        http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : http.Connection.RemoteIpAddress,
        http.Request.Headers.UserAgent);

    private static void Forget(HttpContext http) => http.Response.Cookies.Delete(Cookie, Options(http));

    private static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Strict, Path = CookiePath, IsEssential = true,
    };

    private static ProblemException Away(Exception exception, ILogger logger)
    {
        logger.UserServiceAway(exception.GetType().Name);
        return Problems.Unavailable(RetryAfter, "sign_in_unavailable", "Nobody can sign in now", "UserService does not answer, so nobody can sign in now. Try again shortly.");
    }
}
