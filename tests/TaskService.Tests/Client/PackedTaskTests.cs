using System.Text;
using Platform.Contracts;
using Platform.Tasks.Client;
using TaskService.Tests.Functional;

namespace TaskService.Tests.Client;

public sealed class PackedTaskTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    public void Unpack_WhatWasPacked_IsTheSame(string? traceParent)
    {
        var id = PlatformId.New("tsk");
        byte[][] packed = [.. Enumerable.Range(0, 3).Select(i => PackedTask.TryPack(TestPayloads.WithoutKey, id, "send mail", traceParent, new TestPayload(i))!)];

        for (var i = 0; i < packed.Length; i++)
        {
            Assert.True(PackedTask.TryUnpack(packed[i], out var unpackedId, out var unpackedTrace, out var type, out var payload));
            Assert.Equal((id, traceParent, "send mail"), (unpackedId, unpackedTrace, type));
            Assert.Equal($$"""{"number":{{i}}}""", Encoding.UTF8.GetString(payload.Span));
        }
    }

    [Fact]
    public void Pack_PayloadThatPacksAnother_KeepsThemApart()
    {
        var packed = PackedTask.TryPack(TestPayloads.WithoutKey, PlatformId.New("tsk"), "outer", null, new Nested(7))!;

        Assert.True(PackedTask.TryUnpack(packed, out _, out _, out var type, out var payload));
        Assert.Equal(("outer", """{"inner":7}"""), (type, Encoding.UTF8.GetString(payload.Span)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no line")]
    [InlineData("tsk_1 - type\n{}")]
    [InlineData("tsk_01k9w300000000000000000000\n{}")]
    [InlineData("tsk_01k9w300000000000000000000 -\n{}")]
    public void Unpack_SomethingElse_IsRefused(string packed) =>
        Assert.False(PackedTask.TryUnpack(Encoding.UTF8.GetBytes(packed), out _, out _, out _, out _));

    private sealed class Nested(int inner)
    {
        public int Inner => PackedTask.TryPack(TestPayloads.WithoutKey, PlatformId.New("tsk"), "inner", null, new TestPayload(1))!.Length > 0 ? inner : 0;
    }
}
