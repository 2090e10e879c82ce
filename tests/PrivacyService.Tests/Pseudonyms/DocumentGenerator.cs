using System.Globalization;
using System.Text;

namespace PrivacyService.Tests.Pseudonyms;

/// <summary>Documents of every awkward kind, each value written in one of the many ways that JSON allows.</summary>
internal sealed class DocumentGenerator(int seed)
{
    private static readonly string[] Names = ["email", "name", "note", "", "a.b", "Straße", "🙂", "id", "quote\"d", "address", "phones"];

    private static readonly string[] Personal =
    [
        "ada@example.com", "jörg@münchen.de", "+49 30 1234567", "(415) 555-2671", "4111 1111 1111 1111", "DE89370400440532013000",
        "203.0.113.7", "2001:db8::7", "o'brien@example.ie",
    ];

    private static readonly string[] Numbers =
        ["0", "-0", "1", "1.0", "1.50", "1E5", "1e400", "-1e-400", "123456789012345678901234567890", "0.1", "4111111111111111"];

    private static readonly string[] Pieces =
        ["", " ", "x", "é", "日本", "🙂", "\"", "\\", "/", "\n", "\t", "\u0001", "\u007f", "\u2028", "psn_", "@", "{\"a\":1}", "<b>", "0"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _json = new();

    public string Next()
    {
        _json.Clear();
        Space();
        Value(0);
        Space();
        return _json.ToString();
    }

    private void Value(int depth)
    {
        switch (_random.Next(depth > 5 ? 6 : 10))
        {
            case 0:
                _json.Append(Pick(Numbers));
                break;
            case 1:
                _json.Append(Pick(["true", "false", "null"]));
                break;
            case < 6:
                Text(Sentence());
                break;
            case < 8:
                Members('[', ']', () => Value(depth + 1));
                break;
            default:
                Members('{', '}', () =>
                {
                    Text(Pick(Names));
                    Space();
                    _json.Append(':');
                    Space();
                    Value(depth + 1);
                });
                break;
        }
    }

    private void Members(char open, char close, Action member)
    {
        _json.Append(open);
        var count = _random.Next(5);
        for (var i = 0; i < count; i++)
        {
            _json.Append(i > 0 ? "," : "");
            Space();
            member();
            Space();
        }

        _json.Append(close);
    }

    private string Sentence()
    {
        var text = new StringBuilder();
        for (var i = _random.Next(6); i > 0; i--)
        {
            text.Append(_random.Next(3) == 0 ? $" {Pick(Personal)} " : Pick(Pieces));
        }

        return text.ToString();
    }

    private void Text(string text)
    {
        // Documents differ in how much they escape, and so do their strings.
        var escapes = _random.Next(4);
        _json.Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            _json.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' when escapes != 1 => "\\n",
                '/' when escapes == 2 => "\\/",
                < ' ' => Escape(rune),
                > '~' when escapes == 1 => Escape(rune),
                _ when escapes == 3 && _random.Next(4) == 0 => Escape(rune),
                _ => rune.ToString(),
            });
        }

        _json.Append('"');
    }

    private string Escape(Rune rune) => string.Concat(rune.ToString().Select(unit =>
        "\\u" + ((int)unit).ToString(_random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture)));

    private void Space() => _json.Append(Pick(["", "", " ", "\n", "\t  "]));

    private T Pick<T>(T[] items) => items[_random.Next(items.Length)];
}
