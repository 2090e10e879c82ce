using PrivacyService.Aws;

namespace PrivacyService.Tests.Aws;

public sealed class FormatPreservingTests
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Key128 = "2B7E151628AED2A6ABF7158809CF4F3C";
    private const string Key192 = Key128 + "EF4359D8D580AA4F";
    private const string Key256 = Key192 + "7F036D6F04FC6A94";
    private const string Decimal = "39383736353433323130";
    private const string Letters = "3737373770717273373737";

    /// <summary>The samples that NIST publishes with SP 800-38G.</summary>
    [Theory]
    [InlineData(Key128, 10, "", "0123456789", "2433477484")]
    [InlineData(Key128, 10, Decimal, "0123456789", "6124200773")]
    [InlineData(Key128, 36, Letters, "0123456789abcdefghi", "a9tv40mll9kdu509eum")]
    [InlineData(Key192, 10, "", "0123456789", "2830668132")]
    [InlineData(Key192, 10, Decimal, "0123456789", "2496655549")]
    [InlineData(Key192, 36, Letters, "0123456789abcdefghi", "xbj3kv35jrawxv32ysr")]
    [InlineData(Key256, 10, "", "0123456789", "6657667009")]
    [InlineData(Key256, 10, Decimal, "0123456789", "1001623463")]
    [InlineData(Key256, 36, Letters, "0123456789abcdefghi", "xs8a0azh2avyalyzuwd")]
    public void Encrypt_SampleOfNist_GivesItsImage(string key, int radix, string tweak, string plain, string image)
    {
        using var permutation = new FormatPreserving(Convert.FromHexString(key));
        var numerals = plain.Select(character => (byte)Alphabet.IndexOf(character, StringComparison.Ordinal)).ToArray();

        permutation.Encrypt(numerals, radix, Convert.FromHexString(tweak));

        Assert.Equal(image, string.Concat(numerals.Select(numeral => Alphabet[numeral])));
    }

    [Fact]
    public void Encrypt_ManyTextsOfASmallSpace_GivesNoImageTwice()
    {
        using var permutation = new FormatPreserving(Convert.FromHexString(Key256));
        var images = new HashSet<string>();
        var numerals = new byte[5];

        // A thirtieth of the space: were the images drawn at random, hundreds of them would be the same.
        for (var value = 0; value < 1 << 15; value++)
        {
            for (var i = 0; i < numerals.Length; i++)
            {
                numerals[i] = (byte)((value >> (4 * i)) & 15);
            }

            permutation.Encrypt(numerals, 16, "t"u8);
            Assert.True(images.Add(Convert.ToHexString(numerals)));
        }
    }

    [Fact]
    public void Encrypt_SpaceBelowAMillion_IsRefused()
    {
        using var permutation = new FormatPreserving(Convert.FromHexString(Key256));

        Assert.Throws<ArgumentException>(() => permutation.Encrypt(new byte[5], 10, []));
    }
}
