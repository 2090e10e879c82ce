using Platform.TestKit;

namespace Platform.Redis.Tests.Documentation;

/// <summary>The C# of <c>docs/redis</c> and of the package's page, as it is compiled in <c>tests/RedisApp/Documentation</c>.</summary>
public sealed class ExampleTests
{
    private const string Begin = "// <docs:";
    private const string End = "// </docs>";

    [Fact]
    public void EveryExample_IsCodeThatCompiles()
    {
        var written = Written();
        var compiled = Compiled();

        Assert.NotEmpty(written);
        Assert.Equal(written.Keys.Order(), compiled.Keys.Order());
        Assert.All(written, example => Assert.Equal(example.Value, compiled[example.Key]));
    }

    /// <summary>By page and number, such as <c>cache 2</c>.</summary>
    private static Dictionary<string, string> Written()
    {
        var examples = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] pages = [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs", "redis"), "*.md"), Path.Combine(Repository.Root, "src", "Platform.Redis", "PACKAGE.md")];
        foreach (var page in pages)
        {
            var parts = Parts(page, line => line == "```csharp" ? Path.GetFileNameWithoutExtension(page) : null, "```").ToList();
            for (var i = 0; i < parts.Count; i++)
            {
                examples.Add($"{parts[i].Name} {i + 1}", parts[i].Text);
            }
        }

        return examples;
    }

    /// <summary>An example whose parts stand in different places of a program is compiled in parts.</summary>
    private static Dictionary<string, string> Compiled() => Directory.GetFiles(Path.Combine(Repository.Root, "tests", "RedisApp", "Documentation"), "*.cs")
        .SelectMany(file => Parts(file, line => line.StartsWith(Begin, StringComparison.Ordinal) ? line[Begin.Length..^1] : null, End))
        .GroupBy(part => part.Name, part => part.Text)
        .ToDictionary(example => example.Key, example => string.Join("\n\n", example), StringComparer.Ordinal);

    private static IEnumerable<(string Name, string Text)> Parts(string file, Func<string, string?> begins, string end)
    {
        string? name = null;
        var lines = new List<string>();
        foreach (var line in File.ReadLines(file))
        {
            if (name is null)
            {
                name = begins(line.Trim());
            }
            else if (line.Trim() == end)
            {
                yield return (name, Unindented(lines));
                name = null;
                lines.Clear();
            }
            else
            {
                lines.Add(line.TrimEnd());
            }
        }
    }

    private static string Unindented(List<string> lines)
    {
        var margin = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[margin..] : line));
    }
}
