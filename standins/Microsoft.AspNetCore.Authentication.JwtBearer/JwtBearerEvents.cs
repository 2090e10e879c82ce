namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>Where the application takes part in bearer authentication.</summary>
public class JwtBearerEvents
{
    /// <summary>Called when the token, or the processing of the request, failed.</summary>
    public Func<AuthenticationFailedContext, Task> OnAuthenticationFailed { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called when the caller is known but not allowed.</summary>
    public Func<ForbiddenContext, Task> OnForbidden { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called first; may bring a token from elsewhere.</summary>
    public Func<MessageReceivedContext, Task> OnMessageReceived { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called when the token is valid; may still refuse it.</summary>
    public Func<TokenValidatedContext, Task> OnTokenValidated { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called before the challenge is sent.</summary>
    public Func<JwtBearerChallengeContext, Task> OnChallenge { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Calls <see cref="OnAuthenticationFailed"/>.</summary>
    public virtual Task AuthenticationFailed(AuthenticationFailedContext context) => OnAuthenticationFailed(context);

    /// <summary>Calls <see cref="OnForbidden"/>.</summary>
    public virtual Task Forbidden(ForbiddenContext context) => OnForbidden(context);

    /// <summary>Calls <see cref="OnMessageReceived"/>.</summary>
    public virtual Task MessageReceived(MessageReceivedContext context) => OnMessageReceived(context);

    /// <summary>Calls <see cref="OnTokenValidated"/>.</summary>
    public virtual Task TokenValidated(TokenValidatedContext context) => OnTokenValidated(context);

    /// <summary>Calls <see cref="OnChallenge"/>.</summary>
    public virtual Task Challenge(JwtBearerChallengeContext context) => OnChallenge(context);
}
