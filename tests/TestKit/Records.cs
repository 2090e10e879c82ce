using System.Globalization;
using System.Text;

namespace Platform.TestKit;

/// <summary>Files of made-up records.</summary>
public static class Records
{
    private const string Harmless = "Nothing personal in here, only words that make the record as long as such records are. ";

    /// <summary>Distinct records as NDJSON, each with its number, so that a lost or doubled one is seen in the result.</summary>
    /// <param name="count">How many.</param>
    /// <param name="padding">How many harmless sentences each has besides.</param>
    public static byte[] Ndjson(int count, int padding = 0)
    {
        var harmless = string.Concat(Enumerable.Repeat(Harmless, padding));
        var text = new StringBuilder(count * (200 + harmless.Length));
        for (var i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"number\":{i},\"name\":\"Person {i}\",\"email\":\"person{i}@example.com\",")
                .Append(CultureInfo.InvariantCulture, $"\"phone\":\"+1-202-555-01{i % 100:00}\",\"big\":12345678901234567890.{i},")
                .Append(CultureInfo.InvariantCulture, $"\"note\":\"{harmless}Write to backup{i}@example.org or call later.\"}}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The numbers of all records in a result, in its order.</summary>
    public static IEnumerable<int> Numbers(string ndjson) => ndjson.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("number").GetInt32());
}
