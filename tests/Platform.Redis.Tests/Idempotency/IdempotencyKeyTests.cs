using Microsoft.Extensions.Primitives;
using Platform.Redis.Idempotency;

namespace Platform.Redis.Tests.Idempotency;

public sealed class IdempotencyKeyTests
{
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("\"abc\"", "abc")]
    [InlineData("\"a\\\"b\\\\c\"", "a\"b\\c")]
    [InlineData("a b", "a b")]
    [InlineData("*", "*")]
    [InlineData("9F1C2D3E-0000", "9F1C2D3E-0000")]
    public void Header_WithOneKey_IsThatKey(string header, string expected)
    {
        Assert.True(IdempotencyKey.TryParse(header, out var key));
        Assert.Equal(expected, key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    [InlineData("\"\"")]
    [InlineData("\"abc")]
    [InlineData("\"abc\";a=1")]
    [InlineData("\"a\"b\"")]
    [InlineData("\"a\\b\"")]
    [InlineData("\"a\\\"")]
    [InlineData("a\u0001b")]
    [InlineData("a\r\nb")]
    [InlineData("\u007f")]
    [InlineData("é")]
    public void Header_ThatIsNoKey_IsRefused(string header)
    {
        Assert.False(IdempotencyKey.TryParse(header, out var key));
        Assert.Null(key);
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void Key_IsBounded(int length, bool isValid)
    {
        Assert.Equal(isValid, IdempotencyKey.TryParse(new string('k', length), out _));
        Assert.Equal(isValid, IdempotencyKey.TryParse($"\"{new string('k', length)}\"", out _));
    }

    [Fact]
    public void Header_MissingOrTwice_IsNoKey()
    {
        Assert.False(IdempotencyKey.TryParse(StringValues.Empty, out _));
        Assert.False(IdempotencyKey.TryParse(new StringValues(["a", "b"]), out _));
    }
}
