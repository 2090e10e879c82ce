using System.IO.Hashing;
using System.Text;

namespace StandIns.Sockets.Tests.Hashing;

public sealed class XxHashTests
{
    private const ulong Prime32 = 2654435761;
    private const ulong Prime64 = 11400714785074694797;

    [Theory]
    [InlineData("", 0, 0x02CC5D05)]
    [InlineData("a", 0, 0x550D7456)]
    [InlineData("abc", 0, 0x32D153FF)]
    [InlineData("Nobody inspects the spammish repetition", 0, 0xE2293B2F)]
    public void XxHash32_KnownText_GivesKnownValue(string text, int seed, uint expected)
        => Assert.Equal(expected, XxHash32.HashToUInt32(Encoding.ASCII.GetBytes(text), seed));

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void XxHash64_KnownText_GivesKnownValue(string text, ulong expected)
        => Assert.Equal(expected, XxHash64.HashToUInt64(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData(0, 0x0000000002CC5D05, 0x0000000036B78AE7)]
    [InlineData(1, 0x00000000CF65B03E, 0x00000000B4545AA4)]
    [InlineData(14, 0x000000001208E7E2, 0x000000006AF1D1FE)]
    [InlineData(222, 0x000000005BD11DBD, 0x0000000058803C5F)]
    public void XxHash32_SanityBuffer_GivesPublishedValue(int length, uint unseeded, uint seeded)
    {
        var source = SanityBuffer(length);
        Assert.Equal(unseeded, XxHash32.HashToUInt32(source));
        Assert.Equal(seeded, XxHash32.HashToUInt32(source, unchecked((int)Prime32)));
    }

    [Theory]
    [InlineData(0, 0xEF46DB3751D8E999, 0xAC75FDA2929B17EF)]
    [InlineData(1, 0xE934A84ADB052768, 0x5014607643A9B4C3)]
    [InlineData(4, 0x9136A0DCA57457EE, 0xCAAB286BD8E9FDB5)]
    [InlineData(14, 0x8282DCC4994E35C8, 0xC3BD6BF63DEB6DF0)]
    [InlineData(222, 0xB641AE8CB691C174, 0x20CB8AB7AE10C14A)]
    public void XxHash64_SanityBuffer_GivesPublishedValue(int length, ulong unseeded, ulong seeded)
    {
        var source = SanityBuffer(length);
        Assert.Equal(unseeded, XxHash64.HashToUInt64(source));
        Assert.Equal(seeded, XxHash64.HashToUInt64(source, unchecked((long)Prime32)));
    }

    [Theory]
    [InlineData(0, 0x2D06800538D394C2, 0xA8A6B918B2F0364A)]
    [InlineData(1, 0xC44BDFF4074EECDB, 0x032BE332DD766EF8)]
    [InlineData(6, 0x27B56A84CD2D7325, 0x84589C116AB59AB9)]
    [InlineData(12, 0xA713DAF0DFBB77E7, 0xE7303E1B2336DE0E)]
    [InlineData(24, 0xA3FE70BF9D3510EB, 0x850E80FC35BDD690)]
    [InlineData(48, 0x397DA259ECBA1F11, 0xADC2CBAA44ACC616)]
    [InlineData(80, 0xBCDEFBBB2C47C90A, 0xC6DD0CB699532E73)]
    [InlineData(195, 0xCD94217EE362EC3A, 0xBA68003D370CB3D9)]
    [InlineData(403, 0xCDEB804D65C6DEA4, 0x6259F6ECFD6443FD)]
    [InlineData(512, 0x617E49599013CB6B, 0x3CE457DE14C27708)]
    [InlineData(2048, 0xDD59E2C3A5F038E0, 0x66F81670669ABABC)]
    [InlineData(2240, 0x6E73A90539CF2948, 0x757BA8487D1B5247)]
    [InlineData(2367, 0xCB37AEB9E5D361ED, 0xD2DB3415B942B42A)]
    public void XxHash3_SanityBuffer_GivesPublishedValue(int length, ulong unseeded, ulong seeded)
    {
        var source = SanityBuffer(length);
        Assert.Equal(unseeded, XxHash3.HashToUInt64(source));
        Assert.Equal(seeded, XxHash3.HashToUInt64(source, unchecked((long)Prime64)));
    }

    [Fact]
    public void Hash_AsBytes_IsBigEndian()
    {
        byte[] source = [(byte)'a'];
        Assert.Equal("550D7456", Convert.ToHexString(XxHash32.Hash(source)));
        Assert.Equal("D24EC4F1A98C6E5B", Convert.ToHexString(XxHash64.Hash(source)));

        Span<byte> exact = stackalloc byte[8];
        Assert.Equal(8, XxHash64.Hash(source, exact));
        Assert.Equal(XxHash64.Hash(source), exact.ToArray());
        Assert.False(XxHash64.TryHash(source, exact[1..], out var written));
        Assert.Equal(0, written);
    }

    /// <summary>Every length up to 2,999 bytes, with and without a seed, folded; the values are those of the reference library.</summary>
    [Fact]
    public void AllThree_EveryLength_AgreeWithTheReferenceLibrary()
    {
        ulong hash3 = 0, hash64 = 0, hash32 = 0;
        for (var length = 0; length < 3000; length++)
        {
            var source = Enumerable.Range(0, length).Select(i => (byte)((i * 7) + length)).ToArray();
            foreach (var seed in (long[])[0, unchecked(length * (long)0x9E3779B97F4A7C15)])
            {
                hash3 = unchecked((hash3 * 31) + XxHash3.HashToUInt64(source, seed));
                hash64 = unchecked((hash64 * 31) + XxHash64.HashToUInt64(source, seed));
                hash32 = unchecked((hash32 * 31) + XxHash32.HashToUInt32(source, unchecked((int)seed)));
            }
        }

        Assert.Equal(0x70DB533D06D0E73EUL, hash3);
        Assert.Equal(0x0CA84AB8F0463791UL, hash64);
        Assert.Equal(0xD0565C8F290B3CF4UL, hash32);
    }

    /// <summary>The input that the algorithms' own self-test uses.</summary>
    private static byte[] SanityBuffer(int length)
    {
        var buffer = new byte[length];
        var generator = Prime32;
        foreach (ref var value in buffer.AsSpan())
        {
            value = (byte)(generator >> 56);
            generator = unchecked(generator * Prime64);
        }

        return buffer;
    }
}
