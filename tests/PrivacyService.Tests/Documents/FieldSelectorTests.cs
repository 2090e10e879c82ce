using System.Text;
using System.Text.Json;
using PrivacyService.Documents;

namespace PrivacyService.Tests.Documents;

public sealed class FieldSelectorTests
{
    private const string Document = """
        {"email":1,"Name":{"first":2,"last":3},"address":{"city":4,"EMAIL":5,"geo":{"city":6}},
         "phones":[{"number":7,"kind":8},{"number":9}],"list":[10,[11,12]],"a.b":13,"a":{"b":14}}
        """;

    [Theory]
    [InlineData("email", "1 5")]
    [InlineData("EMAIL", "1 5")]
    [InlineData("name", "2 3")]
    [InlineData("address.city", "4")]
    [InlineData("city", "4 6")]
    [InlineData("address.*.city", "6")]
    [InlineData("address.*", "4 5 6")]
    [InlineData("*.city", "4")]
    [InlineData("phones.number", "7 9")]
    [InlineData("phones.*.number", "7 9")]
    [InlineData("phones.1.number", "9")]
    [InlineData("phones", "7 8 9")]
    [InlineData("list.1", "11 12")]
    [InlineData("list.*.0", "11")]
    [InlineData("a.b", "13 14")]
    [InlineData("city.address", "")]
    [InlineData("missing", "")]
    public void IsNamed_Field_SelectsTheseValues(string field, string expected) => Assert.Equal(expected, string.Join(' ', Select(field)));

    [Fact]
    public void Create_TooManyOrSenselessFields_SaysWhatToChange()
    {
        string[][] refused = [[.. Enumerable.Repeat("x", 101)], [""], ["a..b"], [".a"], [new string('x', 257)], [string.Join('.', Enumerable.Repeat("x", 33))]];

        Assert.All(refused, fields => Assert.NotNull(FieldSelector.Create(fields).Error));
    }

    private static List<int> Select(string field)
    {
        var cursor = new FieldCursor(FieldSelector.Create([field]).Selector!);
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(Document));
        var selected = new List<int>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    cursor.Property(reader.GetString());
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    cursor.Value();
                    cursor.Enter(reader.TokenType == JsonTokenType.StartArray);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    cursor.Leave();
                    break;
                default:
                    cursor.Value();
                    if (cursor.IsNamed)
                    {
                        selected.Add(reader.GetInt32());
                    }

                    break;
            }
        }

        return selected;
    }
}
