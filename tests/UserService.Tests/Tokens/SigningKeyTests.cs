using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using UserService.Tokens;

namespace UserService.Tests.Tokens;

public sealed class SigningKeyTests
{
    [Fact]
    public void Id_OfAnyKey_IsTheThumbprintOfRfc7638()
    {
        for (var i = 0; i < 20; i++)
        {
            var key = SigningKey.Create(DateTimeOffset.UnixEpoch);
            var jwk = new JsonWebKey { Kty = "EC", Crv = "P-256", X = key.X, Y = key.Y };

            Assert.Equal(Base64UrlEncoder.Encode(jwk.ComputeJwkThumbprint()), key.Id);
        }
    }

    [Fact]
    public void FromUtf8_OfWhatWasStored_IsTheSameKey()
    {
        var key = SigningKey.Create(DateTimeOffset.UnixEpoch.AddDays(1));
        var again = SigningKey.FromUtf8(key.ToUtf8());

        Assert.Equal(key.Id, again.Id);
        Assert.Equal(key.CreatedAt, again.CreatedAt);
        byte[] message = [1, 2, 3];
        var signature = again.SecurityKey.ECDsa.SignData(message, HashAlgorithmName.SHA256);
        Assert.True(key.SecurityKey.ECDsa.VerifyData(message, signature, HashAlgorithmName.SHA256));
    }
}
