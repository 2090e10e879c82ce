using Microsoft.IdentityModel.Tokens;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>A token with a good signature that <see cref="AccessTokenRules"/> refuse. The message repeats nothing of the token.</summary>
internal sealed class AccessTokenFaultException(string message) : SecurityTokenValidationException(message);
