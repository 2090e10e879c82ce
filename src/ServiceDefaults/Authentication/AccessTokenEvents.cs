using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.ServiceDefaults.Problems;
using Platform.ServiceDefaults.Revocations;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>
/// What stands around the check of a signature: a token that passed it is remembered, and no token is good that was revoked, or of which
/// nobody can tell.
/// </summary>
internal sealed class AccessTokenEvents(
    SigningKeys keys, VerifiedTokens verified, RevocationList revocations, ILogger<AccessTokenEvents> logger) : JwtBearerEvents
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    public override Task MessageReceived(MessageReceivedContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        string? authorization = context.Request.Headers.Authorization;
        if (AuthorizationHeader.TokenOf(authorization) is not { } token || verified.Find(token) is not { } known)
        {
            // Who resolves keys cannot wait, so an unknown key is fetched before the token is read.
            return keys.EnsureKnownAsync(AuthorizationHeader.KeyIdOf(authorization), context.HttpContext.RequestAborted);
        }

        // Also where the key is known: it may have been withdrawn since.
        var current = keys.EnsureKnownAsync(known.KeyId, context.HttpContext.RequestAborted);
        if (!current.IsCompletedSuccessfully || !keys.Knows(known.KeyId))
        {
            verified.Forget(token);
            return current;
        }

        if (MayPass(context, known.Facts))
        {
            context.Principal = known.NewPrincipal();
            context.Success();
        }

        return Task.CompletedTask;
    }

    public override async Task TokenValidated(TokenValidatedContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!revocations.Begun.IsCompleted)
        {
            // The service has only just started.
            await revocations.Begun.WaitAsync(LongestWait, context.HttpContext.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var token = verified.Add(AuthorizationHeader.TokenOf(context.Request.Headers.Authorization), context);
        MayPass(context, token.Facts);
    }

    /// <summary>Says that a token was refused and why, and nothing that is in the token: the framework's own line is switched off.</summary>
    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        // A problem is no verdict on the token: it could not be checked.
        if (context.Exception is not ProblemException)
        {
            // The library's messages repeat what the token says; the names of its exceptions do not.
            LogRefusal(context.HttpContext, context.Exception is AccessTokenFaultException fault ? fault.Message : context.Exception.GetType().Name);
        }

        return Task.CompletedTask;
    }

    public override Task Challenge(JwtBearerChallengeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.AuthenticateFailure is TokenRevokedException revoked)
        {
            context.ErrorDescription = revoked.Message;
        }

        return Task.CompletedTask;
    }

    private void LogRefusal(HttpContext http, string reason)
    {
        if (http.Features.Get<TokenInQuestion>() is null)
        {
            logger.TokenRefused(reason);
        }
    }

    private bool MayPass(ResultContext<JwtBearerOptions> context, in TokenFacts facts)
    {
        switch (revocations.Check(facts))
        {
            case RevocationVerdict.Good:
                return true;
            case RevocationVerdict.Revoked:
                var revoked = new TokenRevokedException();
                LogRefusal(context.HttpContext, revoked.Message);
                context.Fail(revoked);
                return false;
            default:
                if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
                {
                    throw Problems.Problems.Unavailable(
                        RetryAfter, "revocations_unknown", "Access tokens cannot be checked now",
                        "This service has not heard for too long which tokens were revoked. Try again shortly.");
                }

                context.NoResult();
                return false;
        }
    }
}
