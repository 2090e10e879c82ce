using Microsoft.IdentityModel.Tokens;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>A token that was good until its session, its owner's tokens or it itself were revoked.</summary>
internal sealed class TokenRevokedException() : SecurityTokenValidationException("The token was revoked");
