using Microsoft.IdentityModel.Tokens;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>Where the keys come from that access tokens are checked with.</summary>
public interface ISigningKeySource
{
    /// <summary>All public keys in use now, each with its <see cref="SecurityKey.KeyId"/>.</summary>
    Task<IReadOnlyList<SecurityKey>> LoadAsync(CancellationToken cancellationToken);
}
