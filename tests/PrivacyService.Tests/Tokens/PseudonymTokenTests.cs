using PrivacyService.Tokens;

namespace PrivacyService.Tests.Tokens;

public sealed class PseudonymTokenTests
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static TheoryData<string> Samples
    {
        get
        {
            var random = new Random(7);
            return [.. Enumerable.Range(0, 20).Select(_ => Token(random).ToString())];
        }
    }

    [Fact]
    public void TryRead_WhatWasWritten_GivesTheSame()
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var token = Token(random);
            var text = token.ToString();

            Assert.Equal(PseudonymToken.Length, text.Length);
            Assert.True(PseudonymToken.TryRead(text, out var read));
            Assert.Equal(token, read);
            Assert.True(PseudonymToken.TryRead(text.ToUpperInvariant(), out read));
            Assert.Equal(token, read);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void TryRead_OneCharacterChanged_IsRefused(string text)
    {
        for (var i = 4; i < text.Length; i++)
        {
            foreach (var other in Alphabet.Where(other => other != text[i]))
            {
                Assert.False(PseudonymToken.TryRead(text[..i] + other + text[(i + 1)..], out _));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void TryRead_TwoCharactersSwapped_IsRefused(string text)
    {
        for (var i = 4; i < text.Length; i++)
        {
            for (var j = i + 1; j < text.Length; j++)
            {
                if (text[i] != text[j])
                {
                    var swapped = text.ToCharArray();
                    (swapped[i], swapped[j]) = (swapped[j], swapped[i]);
                    Assert.False(PseudonymToken.TryRead(swapped, out _));
                }
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("psn_")]
    [InlineData("psn_0000000000000000000000000000")]
    [InlineData("psn_000000000000000000000000000")]
    [InlineData("psm_0000000000000000000000000000")]
    [InlineData("psn_iiiiiiiiiiiiiiiiiiiiiiiiiiii")]
    [InlineData("psn_é000000000000000000000000000")]
    public void TryRead_NoToken_IsRefused(string text) => Assert.False(PseudonymToken.TryRead(text, out _));

    [Fact]
    public void TryRead_GuessedTokens_AreOnlyOnceInAThousandWellFormed()
    {
        var random = new Random(3);
        var wellFormed = Enumerable.Range(0, 20_000).Count(_ => PseudonymToken.TryRead(
            "psn_" + Alphabet[random.Next(8)] + string.Concat(Enumerable.Range(1, 27).Select(_ => Alphabet[random.Next(32)])), out PseudonymToken _));

        Assert.InRange(wellFormed, 0, 60);
    }

    [Fact]
    public void IndexOf_TokensBesideEachOther_FindsEach()
    {
        var random = new Random(5);
        var (first, second) = (Token(random), Token(random));
        var text = $"psn_psn_x{first}{second.ToString().ToUpperInvariant()}s";

        var at = PseudonymToken.IndexOf(text, 0, out var found);
        Assert.Equal((9, first), (at, found));
        at = PseudonymToken.IndexOf(text, at + PseudonymToken.Length, out found);
        Assert.Equal((9 + PseudonymToken.Length, second), (at, found));
        Assert.Equal(-1, PseudonymToken.IndexOf(text, at + PseudonymToken.Length, out _));
    }

    [Fact]
    public void Scope_OfAToken_IsTheOneItWasMadeIn()
    {
        var scope = new ScopeTag(0x12_3456_789A);

        Assert.Equal(scope, new PseudonymToken(scope, UInt128.MaxValue).Scope);
        Assert.Equal("123456789a", scope.ToString());
    }

    private static PseudonymToken Token(Random random) =>
        new(new ScopeTag((ulong)random.NextInt64(1L << 40)), new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()));
}
