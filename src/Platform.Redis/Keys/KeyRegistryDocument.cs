using System.Text;

namespace Platform.Redis.Keys;

/// <summary>The key registries as a page of Markdown.</summary>
public static class KeyRegistryDocument
{
    /// <summary>One section for each registry, one row for each family, in the order given.</summary>
    public static string Render(IEnumerable<KeyRegistry> registries)
    {
        ArgumentNullException.ThrowIfNull(registries);
        var page = new StringBuilder();
        page.Append("# Redis keys\n\n");
        page.Append("Generated from the key registries; a test compares it. Grammar: ");
        page.Append("`<prefix><family>:v<n>:{<partition>}[:<part>]`.\n");
        foreach (var registry in registries)
        {
            page.Append($"\n## {registry.Service}\n\n");
            page.Append("| key | type | time to live | bound | owner | personal data | purpose |\n");
            page.Append("|---|---|---|---|---|---|---|\n");
            foreach (var family in registry.Families)
            {
                page.Append($"| `{registry.Prefix}{family.Name}:v{family.Version}` | {Word(family.Type)} | {Cell(family.Ttl.ToString())} ");
                page.Append($"| {Cell(family.Bound)} | {Cell(family.Owner)} | {(family.PersonalData ? "yes" : "no")} | {Cell(family.Purpose)} |\n");
            }
        }

        return page.ToString();
    }

    private static string Word(KeyType type) => type == KeyType.SortedSet ? "sorted set" : type.ToString().ToLowerInvariant();

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
