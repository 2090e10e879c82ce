using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace PrivacyService.Gateway.Streams;

/// <summary>
/// Where in the JSON of an answer its strings are, and which are pieces of a text that goes on in the next event: those in or under a member
/// <c>delta</c> that models write into. So it is with Anthropic's Messages, and OpenAI's Chat Completions and Responses.
/// </summary>
internal sealed class AnswerJson
{
    private const int MaxDepth = 64;

    /// <summary>Members that hold what a model writes. Others under <c>delta</c>, such as <c>role</c>, are whole.</summary>
    private static readonly HashSet<string> Written = new(StringComparer.Ordinal)
    {
        "delta", "content", "text", "thinking", "partial_json", "arguments", "refusal", "reasoning", "reasoning_content", "input", "output", "transcript", "value",
    };

    /// <summary>Members that tell texts of one stream apart.</summary>
    private static readonly string[] Identities = ["index", "output_index", "content_index", "summary_index", "item_id"];

    /// <summary>Members that say that a text has come to its end.</summary>
    private static readonly string[] Reasons = ["finish_reason", "stop_reason"];

    private readonly ReadOnlyMemory<byte> _json;
    private readonly List<AnswerString> _strings = [];
    private readonly List<string> _ended = [];
    private readonly string _type;

    private AnswerJson(ReadOnlyMemory<byte> json, JsonElement root)
    {
        _json = json;
        _type = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "";
        Identity = root.ValueKind == JsonValueKind.Object ? IdentityOf(root) : "";
        Visit(root, "", name: "", inDelta: false);
        HasPieces = _strings.Exists(text => text.Channel is not null);
        _ended = Shortest(_ended);
    }

    /// <summary>In the order in which they stand.</summary>
    public IReadOnlyList<AnswerString> Strings => _strings;

    /// <summary>Which text the event as a whole is about; empty when it does not say.</summary>
    public string Identity { get; }

    /// <summary>Whether it only keeps the connection alive.</summary>
    public bool IsPing => _type == "ping";

    public bool HasPieces { get; }

    /// <summary>Whether a channel comes to its end with this event.</summary>
    public bool Ends(string channel)
    {
        // None of these is the beginning of another, so only the last one before the channel can be its beginning.
        var index = _ended.BinarySearch(channel, StringComparer.Ordinal);
        return index >= 0 || (~index > 0 && channel.StartsWith(_ended[~index - 1], StringComparison.Ordinal));
    }

    /// <exception cref="JsonException">It is not JSON.</exception>
    public static AnswerJson Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        return new AnswerJson(json, document.RootElement);
    }

    private void Visit(JsonElement element, string path, string name, bool inDelta)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                path += IdentityOf(element);
                if (Array.Exists(Reasons, reason => element.TryGetProperty(reason, out var value) && value.ValueKind == JsonValueKind.String))
                {
                    _ended.Add(path);
                }

                foreach (var member in element.EnumerateObject())
                {
                    Visit(member.Value, $"{path}/{member.Name}", member.Name, inDelta || member.NameEquals("delta"));
                }

                break;
            case JsonValueKind.Array:
                var position = 0;
                foreach (var item in element.EnumerateArray())
                {
                    // Things that have an index of their own may stand anywhere in the array.
                    var isIndexed = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("index", out _);
                    Visit(item, isIndexed ? path : string.Create(CultureInfo.InvariantCulture, $"{path}/{position}"), name, inDelta);
                    position++;
                }

                break;
            case JsonValueKind.String:
                var written = JsonMarshal.GetRawUtf8Value(element);
                _json.Span.Overlaps(written, out var start);
                var isJson = name is "partial_json" or "arguments" || (inDelta && _type.Contains("arguments", StringComparison.Ordinal));
                _strings.Add(new AnswerString(start + 1, start + written.Length - 1, inDelta && Written.Contains(name) ? path : null, isJson)
                {
                    IsTorn = IsTorn(element, written),
                });
                break;
            default:
                break;
        }
    }

    /// <summary>In order, without those that begin with another.</summary>
    private static List<string> Shortest(List<string> paths)
    {
        paths.Sort(StringComparer.Ordinal);
        var shortest = new List<string>();
        foreach (var path in paths)
        {
            if (shortest.Count == 0 || !path.StartsWith(shortest[^1], StringComparison.Ordinal))
            {
                shortest.Add(path);
            }
        }

        return shortest;
    }

    private static bool IsTorn(JsonElement text, ReadOnlySpan<byte> written)
    {
        if (written.IndexOf("\\u"u8) < 0)
        {
            return false;
        }

        try
        {
            text.GetString();
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static string IdentityOf(JsonElement element)
    {
        StringBuilder? identity = null;
        foreach (var name in Identities)
        {
            if (element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number or JsonValueKind.String)
            {
                (identity ??= new StringBuilder()).Append('[').Append(name).Append('=').Append(value.ToString()).Append(']');
            }
        }

        return identity?.ToString() ?? "";
    }
}
