using System.Text.RegularExpressions;
using Platform.TestKit;

namespace Platform.Redis.Tests.Package;

public sealed partial class DocumentationTests
{
    [Fact]
    public void EveryPage_OfTheLibrary_IsLinkedFromItsReadme()
    {
        var folder = Path.Combine(Repository.Root, "docs", "redis");
        var linked = Links(Path.Combine(folder, "README.md")).Select(link => link.File).ToHashSet();
        var pages = Directory.GetFiles(folder, "*.md").Where(page => Path.GetFileName(page) != "README.md").ToList();

        Assert.NotEmpty(pages);
        Assert.DoesNotContain(pages, page => !linked.Contains(page));
    }

    [Fact]
    public void EveryRelativeLink_LeadsToAFileAndItsHeading()
    {
        var checkedLinks = 0;
        var dead = new List<string>();
        foreach (var page in Pages())
        {
            foreach (var (file, anchor) in Links(page))
            {
                checkedLinks++;
                if ((!File.Exists(file) && !Directory.Exists(file)) || (anchor.Length > 0 && file.EndsWith(".md", StringComparison.Ordinal)
                    && !Headings(file).Contains(anchor)))
                {
                    dead.Add($"{Path.GetRelativePath(Repository.Root, page)}: {file}#{anchor}");
                }
            }
        }

        Assert.InRange(checkedLinks, 50, int.MaxValue);
        Assert.Empty(dead);
    }

    private static IEnumerable<string> Pages() =>
        ((string[])["docs", "src", "standins", "samples", "benchmarks", "tests"]).Select(folder => Path.Combine(Repository.Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"));

    private static IEnumerable<(string File, string Anchor)> Links(string page)
    {
        foreach (Match link in Link().Matches(Code().Replace(File.ReadAllText(page), "")))
        {
            var target = link.Groups[1].Value.Split('#', 2);
            if (!target[0].Contains(':', StringComparison.Ordinal))
            {
                var file = target[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, target[0]));
                yield return (Path.TrimEndingDirectorySeparator(file), target.Length > 1 ? target[1] : "");
            }
        }
    }

    private static HashSet<string> Headings(string page) =>
    [
        .. File.ReadLines(page).Where(line => line.StartsWith('#'))
            .Select(line => NotInAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-')),
    ];

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```|`[^`\n]*`(?!\]\()", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"[^\p{L}\p{N}\- _]")]
    private static partial Regex NotInAnchor();
}
