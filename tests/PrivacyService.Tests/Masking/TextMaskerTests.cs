using System.Buffers;
using System.Text;
using PrivacyService.Masking;
using PrivacyService.Tests.Pseudonyms;

namespace PrivacyService.Tests.Masking;

public sealed class TextMaskerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mask_InPieces_IsWhatItIsAsAWhole(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        while (text.Length < 6 * TextMasker.Reach)
        {
            text.Append(random.Next(6) switch
            {
                0 => $"user{random.Next(100)}@example.com",
                1 => "+49 30 1234567",
                2 => "4111 1111 1111 1111 ",
                3 => new string('x', random.Next(2000)),
                4 => "🙂 ü\n",
                _ => " 203.0.113.7, ",
            });
        }

        var whole = Mask(new MemoryPrivacy(), text.ToString());
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(whole, MaskPieces(new MemoryPrivacy(), text.ToString(), random));
        }
    }

    [Fact]
    public void Mask_Masked_LeavesItAlone()
    {
        var privacy = new MemoryPrivacy();
        var masked = Mask(privacy, "ada@example.com, ada@example.com; pii_email_ada@example.com");

        Assert.Equal(masked, Mask(privacy, masked));
    }

    [Fact]
    public void Mask_SameValue_HasTheSameMaskWithinItsScopeOnly()
    {
        var privacy = new MemoryPrivacy();

        Assert.Equal(Mask(privacy, "ada@example.com"), Mask(privacy, "ada@example.com"));
        Assert.NotEqual(Mask(privacy, "ada@example.com"), Mask(privacy, "ada@example.com", "conversation:1"));
    }

    private static string Mask(MemoryPrivacy privacy, string text, string scope = "subject") =>
        Encoding.UTF8.GetString(privacy.Mask((finder, writer, output) => new TextMasker(finder, writer).Mask(text, output), scope));

    private static string MaskPieces(MemoryPrivacy privacy, string text, Random random) => Encoding.UTF8.GetString(privacy.Mask((finder, writer, output) =>
    {
        var masker = new TextMasker(finder, writer);
        var (masked, read) = (0, 0);
        while (masked < text.Length)
        {
            read = Math.Min(text.Length, read + random.Next(1, 2 * TextMasker.Reach));
            var context = Math.Max(0, masked - TextMasker.Reach);
            masked = context + masker.Mask(text.AsSpan(context, read - context), masked - context, read == text.Length, output);
        }
    }));
}
