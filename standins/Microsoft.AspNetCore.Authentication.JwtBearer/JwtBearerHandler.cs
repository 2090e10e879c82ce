using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>Authenticates requests by the JSON web token that they carry (RFC 6750, RFC 7519).</summary>
public class JwtBearerHandler : AuthenticationHandler<JwtBearerOptions>
{
    private const string Prefix = "Bearer ";

    private static readonly JsonWebTokenHandler Tokens = new() { MaximumTokenSizeInBytes = TokenShape.LargestToken };

    /// <summary>Creates the handler.</summary>
    public JwtBearerHandler(IOptionsMonitor<JwtBearerOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : base(options, logger, encoder)
    {
    }

    /// <summary>Gets or sets the events.</summary>
    protected new JwtBearerEvents Events
    {
        get => (JwtBearerEvents)base.Events!;
        set => base.Events = value;
    }

    /// <inheritdoc />
    protected override Task<object> CreateEventsAsync() => Task.FromResult<object>(new JwtBearerEvents());

    /// <inheritdoc />
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        try
        {
            var received = new MessageReceivedContext(Context, Scheme, Options);
            await Events.MessageReceived(received);
            if (received.Result is not null)
            {
                return received.Result;
            }

            var token = string.IsNullOrEmpty(received.Token) ? TokenInHeader() : received.Token;
            return string.IsNullOrEmpty(token) ? AuthenticateResult.NoResult() : await AuthenticateAsync(token);
        }
        catch (Exception exception)
        {
            Logger.ErrorProcessingMessage(exception);
            if (await RaiseFailedAsync(exception) is { } result)
            {
                return result;
            }

            throw;
        }
    }

    /// <inheritdoc />
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var authentication = await HandleAuthenticateOnceSafeAsync();
        var challenge = new JwtBearerChallengeContext(Context, Scheme, Options, properties)
        {
            AuthenticateFailure = authentication.Failure,
        };

        // Without a token there is nothing wrong with it.
        if (Options.IncludeErrorDetails && challenge.AuthenticateFailure is not null)
        {
            challenge.Error = "invalid_token";
            challenge.ErrorDescription = TokenErrors.Describe(challenge.AuthenticateFailure);
        }

        await Events.Challenge(challenge);
        if (challenge.Handled)
        {
            return;
        }

        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.Append("WWW-Authenticate", ChallengeHeader(challenge));
    }

    /// <inheritdoc />
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (Response.StatusCode == StatusCodes.Status403Forbidden)
        {
            return Task.CompletedTask;
        }

        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Events.Forbidden(new ForbiddenContext(Context, Scheme, Options));
    }

    private string? TokenInHeader()
    {
        string? authorization = Request.Headers.Authorization;
        return authorization?.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) == true ? authorization[Prefix.Length..].Trim() : null;
    }

    private async Task<AuthenticateResult> AuthenticateAsync(string token)
    {
        var validation = await ValidateAsync(token);
        if (!validation.IsValid)
        {
            var failure = validation.Exception ?? new SecurityTokenValidationException("The token is not valid.");
            Logger.TokenValidationFailed(failure.GetType().Name);
            return await RaiseFailedAsync(failure) ?? AuthenticateResult.Fail(failure);
        }

        Logger.TokenValidationSucceeded();
        var identity = Options.MapInboundClaims ? ClaimNames.Map(validation.ClaimsIdentity) : validation.ClaimsIdentity;
        var validated = new TokenValidatedContext(Context, Scheme, Options)
        {
            Principal = new ClaimsPrincipal(identity),
            SecurityToken = validation.SecurityToken,
        };
        validated.Properties.ExpiresUtc = Moment(validation.SecurityToken.ValidTo);
        validated.Properties.IssuedUtc = Moment(validation.SecurityToken.ValidFrom);

        await Events.TokenValidated(validated);
        if (validated.Result is not null)
        {
            return validated.Result;
        }

        if (Options.SaveToken)
        {
            validated.Properties.StoreTokens([new AuthenticationToken { Name = "access_token", Value = token }]);
        }

        validated.Success();
        return validated.Result!;
    }

    private async Task<TokenValidationResult> ValidateAsync(string token)
    {
        var parameters = Options.TokenValidationParameters.Clone();
        if (TokenShape.FindFault(token, CanDecrypt(parameters)) is { } fault)
        {
            return Failed(new SecurityTokenException(fault));
        }

        var metadata = await GetMetadataAsync();
        var validation = Validate(token, WithMetadata(parameters, metadata));
        if (validation.Exception is not SecurityTokenSignatureKeyNotFoundException || !Options.RefreshOnIssuerKeyNotFound || metadata is null)
        {
            return validation;
        }

        // The issuer may have a new key. Anyone can send an unknown key's name, so the manager limits how often it asks.
        Options.ConfigurationManager!.RequestRefresh();
        var refreshed = await GetMetadataAsync();
        return ReferenceEquals(refreshed, metadata)
            ? validation
            : Validate(token, WithMetadata(Options.TokenValidationParameters.Clone(), refreshed));
    }

    private static TokenValidationResult Validate(string token, TokenValidationParameters parameters)
    {
        TokenLifetime.Mend(parameters);
        try
        {
            return Tokens.ValidateToken(token, parameters);
        }
        catch (Exception exception)
        {
            // The library reports most faults in its result, and throws the rest: to the caller, a token is valid or it is not.
            return Failed(exception);
        }
    }

    private async Task<OpenIdConnectConfiguration?> GetMetadataAsync()
    {
        if (Options.ConfigurationManager is not { } manager)
        {
            return null;
        }

        try
        {
            return await manager.GetConfigurationAsync(Context.RequestAborted);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !Context.RequestAborted.IsCancellationRequested)
        {
            // Keys that were given beforehand may do; without any, the token's key is not found.
            Logger.MetadataNotRetrieved(exception);
            return null;
        }
    }

    private static TokenValidationParameters WithMetadata(TokenValidationParameters parameters, OpenIdConnectConfiguration? metadata)
    {
        if (metadata is not null)
        {
            parameters.ValidIssuers = [.. parameters.ValidIssuers ?? [], metadata.Issuer];
            parameters.IssuerSigningKeys = [.. parameters.IssuerSigningKeys ?? [], .. metadata.SigningKeys];
        }

        return parameters;
    }

    private static bool CanDecrypt(TokenValidationParameters parameters)
        => parameters.TokenDecryptionKey is not null
            || parameters.TokenDecryptionKeyResolver is not null
            || parameters.TokenDecryptionKeys?.Any() == true;

    private async Task<AuthenticateResult?> RaiseFailedAsync(Exception exception)
    {
        var failed = new AuthenticationFailedContext(Context, Scheme, Options) { Exception = exception };
        await Events.AuthenticationFailed(failed);
        return failed.Result;
    }

    private static TokenValidationResult Failed(Exception exception) => new() { IsValid = false, Exception = exception };

    private static DateTimeOffset? Moment(DateTime moment)
        => moment == DateTime.MinValue ? null : new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc));

    private static string ChallengeHeader(JwtBearerChallengeContext challenge)
    {
        var header = new StringBuilder(challenge.Options.Challenge);

        // The challenge may have parameters of its own, such as a realm; then a comma separates them.
        var separator = challenge.Options.Challenge.Contains(' ', StringComparison.Ordinal) ? ", " : " ";
        Append("error", challenge.Error);
        Append("error_description", challenge.ErrorDescription);
        Append("error_uri", challenge.ErrorUri);
        return header.ToString();

        void Append(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                header.Append(separator).Append(name).Append("=\"").Append(value).Append('"');
                separator = ", ";
            }
        }
    }
}
