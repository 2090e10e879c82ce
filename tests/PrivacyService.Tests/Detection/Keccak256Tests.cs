using System.Text;
using PrivacyService.Detection.Recognisers;

namespace PrivacyService.Tests.Detection;

public sealed class Keccak256Tests
{
    /// <summary>The values that Ethereum's own documents have; FIPS 202 has others.</summary>
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    public void Hash_KnownInput_IsAsPublished(string input, string expected)
    {
        var hash = new byte[Keccak256.HashLength];
        Keccak256.Hash(Encoding.ASCII.GetBytes(input), hash);
        Assert.Equal(expected, Convert.ToHexStringLower(hash));
    }
}
