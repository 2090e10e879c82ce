using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Redis.Sealing;
using Platform.Redis.Tests.Support;

namespace Platform.Redis.Tests.Sealing;

public sealed class ValueSealerTests
{
    private static readonly byte[] Place = "task:payload:v1:{tsk_1}"u8.ToArray();
    private static readonly byte[] Text = Encoding.UTF8.GetBytes("Grüße 👋");
    private static readonly SealerProvider Provider = new(Options.Create(new SealingOptions { Key = "0123456789abcdefghijkl" }));

    private readonly ValueSealer _sealer = Provider.For("task.payload");

    [Fact]
    public void Open_WhatWasSealed_ReturnsIt() => Assert.Equal(Text, _sealer.Open(_sealer.Seal(Text, Place), Place));

    [Fact]
    public void Open_Empty_ReturnsEmpty() => Assert.Empty(_sealer.Open(_sealer.Seal([], []), []));

    [Fact]
    public void Seal_Twice_DiffersAndHasTheDocumentedForm()
    {
        var (first, second) = (_sealer.Seal(Text, Place), _sealer.Seal(Text, Place));
        Assert.Equal(Text.Length + ValueSealer.Overhead, first.Length);
        Assert.Equal(1, first[0]);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Open_InAnotherProcess_ReturnsIt()
    {
        var other = new SealerProvider(Options.Create(new SealingOptions { Key = "0123456789abcdefghijkl" }));
        Assert.Equal(Text, other.For("task.payload").Open(_sealer.Seal(Text, Place), Place));
    }

    [Fact]
    public void Open_ForAnotherPurposeSecretOrPlace_Throws()
    {
        var sealedText = _sealer.Seal(Text, Place);
        var otherSecret = new SealerProvider(Options.Create(new SealingOptions { Key = "0123456789abcdefghijkX" }));

        Assert.Throws<CryptographicException>(() => Provider.For("task.result").Open(sealedText, Place));
        Assert.Throws<CryptographicException>(() => otherSecret.For("task.payload").Open(sealedText, Place));
        Assert.Throws<CryptographicException>(() => _sealer.Open(sealedText, "elsewhere"u8));
    }

    [Fact]
    public void TryOpen_AnyBitChanged_IsFalse()
    {
        var sealedText = _sealer.Seal(Text, Place);
        for (var i = 0; i < sealedText.Length; i++)
        {
            var changed = (byte[])sealedText.Clone();
            changed[i] ^= 1;
            Assert.False(_sealer.TryOpen(changed, Place, out _), $"byte {i}");
        }

        for (var length = 0; length < sealedText.Length; length++)
        {
            Assert.False(_sealer.TryOpen(sealedText.AsSpan(0, length), Place, out _));
        }
    }

    [Fact]
    public void Seal_FromManyThreads_EveryValueOpens() => Parallel.For(0, 2000, i =>
    {
        var text = BitConverter.GetBytes(i);
        Assert.Equal(text, _sealer.Open(_sealer.Seal(text, Place), Place));
    });

    [Fact]
    public void FromKey_WrongLength_Throws() => Assert.Throws<ArgumentException>(() => ValueSealer.FromKey(new byte[16]));

    [Fact]
    public void FromKey_KnownKey_OpensAcrossInstances()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        Assert.Equal(Text, ValueSealer.FromKey(key).Open(ValueSealer.FromKey(key).Seal(Text, Place), Place));
    }

    [Theory]
    [InlineData(null, "Sealing:Key is missing; set Sealing__Key")]
    [InlineData("too-short-a-secret", "Sealing:Key is too short; set Sealing__Key")]
    public async Task Start_UnfitKey_FailsNamingTheSettingAndNotTheSecret(string? key, string expected)
    {
        var (builder, _) = TestHost.Builder(new() { ["ConnectionStrings:redis"] = "localhost:1", ["Sealing:Key"] = key });
        builder.AddPlatformRedis("redis", TestKeys.Registry).AddSealing().AddSealing();
        using var host = builder.Build();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("too-short-a-secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddSealing_FitKey_GivesTheProvider()
    {
        var (builder, _) = TestHost.Builder(new() { ["Sealing:Key"] = "0123456789abcdefghijkl" });
        builder.AddPlatformRedis("redis", TestKeys.Registry).AddSealing();
        using var host = builder.Build();
        Assert.Equal(Text, host.Services.GetRequiredService<SealerProvider>().For("task.payload").Open(_sealer.Seal(Text, Place), Place));
    }
}
