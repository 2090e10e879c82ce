using System.Text;
using Platform.Redis.Scripting;
using Platform.TestKit;

namespace Platform.Redis.Tests.Scripting;

public sealed class RedisScriptTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Scripts_OfTheLibrary_LoadUnderTheHashTheyAreCalledBy()
    {
        var scripts = RedisScript.AllIn(typeof(RedisScript).Assembly);
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            var hash = (string?)await redis.GetDatabase().ExecuteAsync("SCRIPT", "LOAD", script.Text);
            Assert.Equal(Convert.ToHexStringLower(script.Hash), hash);
        }
    }

    [Fact]
    public void Scripts_OfTheLibrary_AreFoundByTheirName() => Assert.All(
        RedisScript.AllIn(typeof(RedisScript).Assembly),
        script => Assert.Equal(script.Text, RedisScript.FromResource(typeof(RedisScript).Assembly, script.Name + ".lua").Text));

    [Fact]
    public void FromResource_Unknown_NamesTheFile() =>
        Assert.Contains("Missing.lua", Assert.Throws<ArgumentException>(
            () => RedisScript.FromResource(typeof(RedisScript).Assembly, "Missing.lua")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("return 1")]
    [InlineData("-- X: adds\nreturn KEYS[1]")]
    [InlineData("-- X\n-- KEYS[1] a\nreturn KEYS[1] .. KEYS[2]")]
    [InlineData("-- X\n-- KEYS[1] a\n-- ARGV[1] b\nreturn ARGV[2]")]
    public void Header_MissingOrUntrue_IsRefused(string text) =>
        Assert.Throws<InvalidOperationException>(() => RedisScriptHeader.Read("X", text));

    [Theory]
    [InlineData("-- X: nothing\nreturn 1", 0, 0, true)]
    [InlineData("-- X\n-- KEYS[1]  a\n-- KEYS[2] b\n-- ARGV[1] c\nreturn KEYS[2] .. ARGV[1]", 2, 1, true)]
    [InlineData("-- X\n-- KEYS[1]  a\nreturn KEYS[1]", 2, 0, false)]
    [InlineData("-- X\n-- KEYS[1]  a\n-- ARGV[1]  b\nreturn KEYS[1]", 1, 0, false)]
    [InlineData("-- X\n-- KEYS[1]  a\n-- ARGV[1]  b\n-- ARGV[2..]  c\nreturn KEYS[1]", 1, 1, true)]
    [InlineData("-- X\n-- KEYS[1]  a\n-- ARGV[1]  b\n-- ARGV[2..]  c\nreturn KEYS[1]", 1, 9, true)]
    [InlineData("-- X\n-- KEYS[1]  a\n-- ARGV[1]  b\n-- ARGV[2..n]  c\nreturn KEYS[1]", 1, 0, false)]
    [InlineData("-- X\n-- KEYS[1]..KEYS[n]  a\nreturn KEYS[2]", 1, 0, true)]
    [InlineData("-- X\n-- KEYS[1..n]  a\nreturn #KEYS", 0, 0, true)]
    [InlineData("-- X\n-- KEYS[n]  a\nreturn #KEYS", 3, 0, true)]
    [InlineData("-- X\n-- KEYS[1], KEYS[2]  a\nreturn KEYS[2]", 2, 0, true)]
    [InlineData("-- X\n-- KEYS[1], KEYS[2]  a\nreturn KEYS[2]", 1, 0, false)]
    [InlineData("-- X\n-- ARGV[2], ARGV[3], ...  a\nreturn ARGV[2]", 0, 5, true)]
    [InlineData("#!lua flags=no-writes\n-- X\n-- KEYS[1]  a\nreturn KEYS[1]", 1, 0, true)]
    public void Header_Declared_DecidesWhatACallMayPass(string text, int keys, int arguments, bool accepted)
    {
        var header = RedisScriptHeader.Read("X", text);
        var refusal = Record.Exception(() => header.Check("X", keys, arguments));
        Assert.Equal(accepted, refusal is null);
        Assert.True(refusal is null or ArgumentException);
    }

    [Fact]
    public void Scripts_Text_HasNoByteOrderMark() => Assert.All(
        RedisScript.AllIn(typeof(RedisScript).Assembly), script => Assert.Contains((char)Encoding.UTF8.GetBytes(script.Text)[0], "-#"));
}
