using System.Buffers;

namespace PrivacyService.Detection.Recognisers;

/// <summary>Keys whose prefix no separator ends: access keys of AWS, API keys of Google, keys of SendGrid.</summary>
internal sealed class CloudKeyRecogniser : IRecogniser
{
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const string Base64Url = Upper + "abcdefghijklmnopqrstuvwxyz-_";

    private static readonly SearchValues<char> OfAws = SearchValues.Create(Upper);
    private static readonly SearchValues<char> OfGoogle = SearchValues.Create(Base64Url);
    private static readonly SearchValues<char> OfSendGrid = SearchValues.Create(Base64Url + ".");

    private static readonly Shape[] Shapes =
    [
        new("AKIA", 20, 20, OfAws, "access key id of AWS"),
        new("ASIA", 20, 20, OfAws, "access key id of AWS"),
        new("AIza", 39, 39, OfGoogle, "prefix and length of an API key of Google"),
        new("SG.", 69, 69, OfSendGrid, "prefix and length of a key of SendGrid"),
    ];

    public string Anchors => "IG";

    public bool Wants(AnchorShape shape) =>
        shape.First == 'I' ? shape is { Previous: 'a' or 'z', Next: 'a' or 'z' } : shape is { Previous: 'z', Next: '.' };

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        foreach (var shape in Shapes)
        {
            var start = anchor - shape.Prefix.IndexOf(text[anchor]);
            if (start <= anchor && start >= 0 && text[start..].StartsWith(shape.Prefix, StringComparison.Ordinal))
            {
                return TryMatch(text, start, shape, out finding);
            }
        }

        return false;
    }

    private static bool TryMatch(ReadOnlySpan<char> text, int start, Shape shape, out Finding finding)
    {
        finding = default;
        if (Boundary.JoinsAt(text, start - 1))
        {
            return false;
        }

        var key = text.Slice(start, Math.Min(text.Length - start, shape.Longest + 1));
        var length = key[shape.Prefix.Length..].IndexOfAnyExcept(shape.Characters);
        length = length < 0 ? key.Length : shape.Prefix.Length + length;
        if (length < shape.Shortest || length > shape.Longest || Boundary.JoinsAt(text, start + length))
        {
            return false;
        }

        finding = new Finding(DataKind.Secret, start, length, 0.95, shape.Why);
        return true;
    }

    private sealed record Shape(string Prefix, int Shortest, int Longest, SearchValues<char> Characters, string Why);
}
