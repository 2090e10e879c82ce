using System.Buffers;
using System.Text;
using System.Text.Json;

namespace PrivacyService.Tests.Secrecy;

/// <summary>Values in every form in which they could have got somewhere: as they are, escaped, encoded, in other letter case, their digits alone.</summary>
internal sealed class Traces
{
    /// <summary>Fewer digits, or letters of base64, stand somewhere by chance.</summary>
    private const int Telling = 8;

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly SearchValues<string> _anyCase;
    private readonly SearchValues<string> _encoded;

    public Traces(IEnumerable<string> values)
    {
        var encoded = new List<string>();
        foreach (var value in values)
        {
            foreach (var form in Forms(value))
            {
                _values.TryAdd(form, value);
            }

            foreach (var form in Base64(value))
            {
                encoded.Add(form);
                _values.TryAdd(form, value);
            }
        }

        _anyCase = SearchValues.Create([.. _values.Keys], StringComparison.OrdinalIgnoreCase);
        _encoded = SearchValues.Create([.. encoded], StringComparison.Ordinal);
    }

    /// <summary>The first that shows in a text, with what stands around it; null where none does.</summary>
    public string? FirstIn(string text)
    {
        var at = text.AsSpan().IndexOfAny(_anyCase);
        at = at < 0 ? text.AsSpan().IndexOfAny(_encoded) : at;
        return at < 0 ? null : text[Math.Max(0, at - 120)..Math.Min(text.Length, at + 120)];
    }

    private static IEnumerable<string> Forms(string value)
    {
        var digits = string.Concat(value.Where(char.IsAsciiDigit));
        string[] forms =
        [
            value,
            JsonSerializer.Serialize(value)[1..^1],
            JsonSerializer.Serialize(JsonSerializer.Serialize(value)[1..^1])[1..^1],
            value.Replace("\"", "\\\"", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal),
            string.Concat(value.Select(character => $"\\u{(int)character:x4}")),
            Uri.EscapeDataString(value),
            Uri.EscapeDataString(Uri.EscapeDataString(value)),
            System.Net.WebUtility.UrlEncode(value),
            string.Concat(value.Reverse()),
            Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value)),
            Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(value)),
            Convert.ToHexString(Encoding.UTF8.GetBytes(value)),
            .. digits.Length >= Telling ? [digits] : Array.Empty<string>(),
        ];
        return forms.Distinct(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>What is encoded does not depend on its own place alone: three ways, without the ends that neighbours change.</summary>
    private static IEnumerable<string> Base64(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        for (var before = 0; before < 3; before++)
        {
            var whole = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var form = whole[(before == 0 ? 0 : 4)..(((before + bytes.Length) / 3 * 4))];
            if (form.Length >= Telling)
            {
                yield return form;
                yield return form.Replace('+', '-').Replace('/', '_');
            }
        }
    }
}
