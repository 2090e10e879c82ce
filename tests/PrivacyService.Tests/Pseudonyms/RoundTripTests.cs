using System.Text;
using System.Text.Json;

namespace PrivacyService.Tests.Pseudonyms;

public sealed class RoundTripTests
{
    private const int Documents = 5000;

    private static readonly string[] Planted = ["example.com", "münchen", "1234567", "555-2671", "1111 1111", "DE8937", "203.0.113", "2001:db8", "o'brien"];

    [Theory]
    [InlineData(1, true, "email", "name", "phones")]
    [InlineData(2, true)]
    [InlineData(3, false, "note", "*.id", "a.b", "address.*")]
    public void Restore_PseudonymizedDocument_GivesTheSameBytes(int seed, bool detect, params string[] fields)
    {
        var generator = new DocumentGenerator(seed);
        var replaced = 0;
        for (var i = 0; i < Documents; i++)
        {
            // A vault for each document, as calls without a scope have: within it every way of writing a value is kept.
            var privacy = new MemoryPrivacy();
            var json = generator.Next();

            var pseudonymized = privacy.Pseudonymize(json, fields, detect);

            replaced += privacy.Replaced;
            Assert.Equal(json, privacy.Restore(pseudonymized));
            Assert.Equal(pseudonymized, privacy.Pseudonymize(pseudonymized, fields, detect));
            AssertSameShape(JsonDocument.Parse(json).RootElement, JsonDocument.Parse(pseudonymized).RootElement);
            if (detect)
            {
                AssertNothingLeaked(JsonDocument.Parse(pseudonymized).RootElement);
            }
        }

        Assert.True(replaced > Documents / 2);
    }

    [Fact]
    public void Restore_LargeDocument_GivesTheSameBytes()
    {
        var generator = new DocumentGenerator(11);
        var json = new StringBuilder("[0");
        while (json.Length < 1_000_000)
        {
            json.Append(',').Append(generator.Next());
        }

        json.Append(']');
        var privacy = new MemoryPrivacy();

        Assert.Equal(json.ToString(), privacy.Restore(privacy.Pseudonymize(json.ToString(), ["email"])));
        Assert.True(privacy.Replaced > 10_000);
    }

    /// <summary>Scalars may become strings; everything else stays where and what it was.</summary>
    private static void AssertSameShape(JsonElement before, JsonElement after)
    {
        switch (before.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(before.EnumerateObject().Select(member => member.Name), after.EnumerateObject().Select(member => member.Name));
                foreach (var (old, now) in before.EnumerateObject().Zip(after.EnumerateObject()))
                {
                    AssertSameShape(old.Value, now.Value);
                }

                break;
            case JsonValueKind.Array:
                Assert.Equal(before.GetArrayLength(), after.GetArrayLength());
                foreach (var (old, now) in before.EnumerateArray().Zip(after.EnumerateArray()))
                {
                    AssertSameShape(old, now);
                }

                break;
            case JsonValueKind.Null:
                Assert.Equal(JsonValueKind.Null, after.ValueKind);
                break;
            default:
                Assert.True(after.ValueKind == JsonValueKind.String || before.GetRawText() == after.GetRawText());
                break;
        }
    }

    private static void AssertNothingLeaked(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.All(element.EnumerateObject(), member => AssertNothingLeaked(member.Value));
                break;
            case JsonValueKind.Array:
                Assert.All(element.EnumerateArray(), AssertNothingLeaked);
                break;
            case JsonValueKind.String:
                Assert.All(Planted, planted => Assert.DoesNotContain(planted, element.GetString()!, StringComparison.Ordinal));
                break;
            default:
                break;
        }
    }
}
