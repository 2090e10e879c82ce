using Platform.Redis.Keys;
using Platform.TestKit;

namespace Shared;

/// <summary>Compiled into the tests of every service: what docs/redis-keys.md says of the service is what its registry says.</summary>
public class KeyDocumentTests
{
    private const string UpdateVariable = "PLATFORM_UPDATE_DOCS";

    [Fact]
    public void RedisKeysPage_SectionOfThisService_IsCurrent()
    {
        var registry = ServiceRegistry.Find();
        var rendered = KeyRegistryDocument.Render([registry]);
        var heading = $"\n## {registry.Service}\n";
        var section = rendered[rendered.IndexOf(heading, StringComparison.Ordinal)..];
        var file = Path.Combine(Repository.Root, "docs", "redis-keys.md");
        var page = File.ReadAllText(file);

        if (Environment.GetEnvironmentVariable(UpdateVariable) is not null)
        {
            page = Replace(page, heading, section);
            File.WriteAllText(file, page);
        }

        Assert.True(
            page.Contains(section, StringComparison.Ordinal),
            $"docs/redis-keys.md does not say what the key registry of {registry.Service} says. Write it with {UpdateVariable}=1 dotnet test.");
    }

    private static string Replace(string page, string heading, string section)
    {
        var start = page.IndexOf(heading, StringComparison.Ordinal);
        if (start < 0)
        {
            return page + section;
        }

        var end = page.IndexOf("\n## ", start + heading.Length, StringComparison.Ordinal);
        return page[..start] + section + (end < 0 ? "" : page[end..]);
    }
}
