using System.Globalization;

namespace Platform.Redis.Health;

/// <summary>What <c>INFO</c> and <c>CONFIG GET</c> said; a reply that was refused is null.</summary>
internal sealed class ServerFacts(IReadOnlyDictionary<string, string>? info, IReadOnlyDictionary<string, string>? config)
{
    public bool InfoReadable => info is not null;

    public bool ConfigReadable => config is not null;

    public string? Info(string name) => info?.GetValueOrDefault(name);

    public string? Config(string name) => config?.GetValueOrDefault(name);

    public long? Number(string name) =>
        long.TryParse(Info(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Parses the text of <c>INFO</c>.</summary>
    public static Dictionary<string, string> ParseInfo(string text)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.IndexOf(':') is var colon and > 0)
            {
                facts[line[..colon].ToString()] = line[(colon + 1)..].ToString();
            }
        }

        return facts;
    }
}
