namespace PrivacyService.Detection.Recognisers;

/// <summary>Keys whose prefix no separator ends: access keys of AWS, API keys of Google, keys of SendGrid.</summary>
internal sealed class CloudKeyRecogniser : IRecogniser
{
    private static readonly Shape[] Shapes =
    [
        new("AKIA", 20, 20, IsUpper: true, "access key id of AWS"),
        new("ASIA", 20, 20, IsUpper: true, "access key id of AWS"),
        new("AIza", 39, 39, IsUpper: false, "prefix and length of an API key of Google"),
        new("SG.", 69, 69, IsUpper: false, "prefix and length of a key of SendGrid"),
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
        var length = shape.Prefix.Length;
        while (start + length < text.Length && length <= shape.Longest && shape.Contains(text[start + length]))
        {
            length++;
        }

        if (length < shape.Shortest
            || length > shape.Longest
            || Boundary.JoinsAt(text, start - 1)
            || Boundary.JoinsAt(text, start + length))
        {
            return false;
        }

        finding = new Finding(DataKind.Secret, start, length, 0.95, shape.Why);
        return true;
    }

    private sealed record Shape(string Prefix, int Shortest, int Longest, bool IsUpper, string Why)
    {
        public bool Contains(char character) => IsUpper
            ? char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character)
            : char.IsAsciiLetterOrDigit(character) || character is '-' or '_' || (character == '.' && Prefix[^1] == '.');
    }
}
