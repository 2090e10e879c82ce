using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Problems;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>Says in the log that a token was refused and why, and nothing that is in the token: the framework's own line is switched off.</summary>
internal sealed class RefusedTokenLog(ILogger<RefusedTokenLog> logger) : IPostConfigureOptions<JwtBearerOptions>
{
    public void PostConfigure(string? name, JwtBearerOptions options) => options.Events.OnAuthenticationFailed = context =>
    {
        // A problem is no verdict on the token: it could not be checked.
        if (context.Exception is not ProblemException)
        {
            // The library's messages repeat what the token says; the names of its exceptions do not.
            logger.TokenRefused(context.Exception is AccessTokenFaultException fault ? fault.Message : context.Exception.GetType().Name);
        }

        return Task.CompletedTask;
    };
}
