using System.Text.Json;

namespace PrivacyService.Tests.Aws;

/// <summary>What refers to what is the same after masking: only the names of things have changed.</summary>
public sealed class AwsReferenceTests
{
    private const int Stacks = 20;
    private const int Events = 400;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mask_OfTerraformState_KeepsItsGraph(bool valid)
    {
        using var mask = new MemoryMask(valid);
        var state = TerraformState.Write(seed: 1, Stacks);

        var masked = mask.Mask(state);

        var edges = Edges(state);
        Assert.True(edges.Count > 500);
        Assert.Equal(edges, Edges(masked));
        Assert.Equal(state, mask.Restore(masked));
        AssertNothingLeaks(state, masked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mask_OfCloudTrailLog_KeepsItsGraph(bool valid)
    {
        using var mask = new MemoryMask(valid);
        var log = CloudTrailLog.Write(seed: 2, Events);

        var masked = mask.Mask(log);

        Assert.Equal(Events, JsonDocument.Parse(masked).RootElement.GetProperty("Records").GetArrayLength());
        Assert.Equal(Classes(log), Classes(masked));
        Assert.Equal(log, mask.Restore(masked));
        AssertNothingLeaks(log, masked);
    }

    /// <summary>By the position of each resource: which one's strings speak of which other, by its id or ARN.</summary>
    private static SortedSet<(int From, string Path, int To)> Edges(string state)
    {
        var resources = JsonDocument.Parse(state).RootElement.GetProperty("resources").EnumerateArray()
            .Select(resource => resource.GetProperty("instances")[0].GetProperty("attributes")).ToList();
        Assert.True(resources.Count >= 200);
        var names = resources.Select(resource => (Id: resource.GetProperty("id").GetString()!, Arn: resource.GetProperty("arn").GetString()!)).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        var edges = new SortedSet<(int, string, int)>();
        for (var from = 0; from < resources.Count; from++)
        {
            foreach (var (path, text) in Leaves(resources[from], ""))
            {
                for (var to = 0; to < names.Count; to++)
                {
                    if (text.Contains(names[to].Id, StringComparison.Ordinal) || text.Contains(names[to].Arn, StringComparison.Ordinal))
                    {
                        edges.Add((from, path, to));
                    }
                }
            }
        }

        return edges;
    }

    /// <summary>For each word of each string, where it came first: the same before and after when equal stays equal, and different different.</summary>
    private static List<string> Classes(string log)
    {
        var first = new Dictionary<string, int>();
        var classes = new List<string>();
        foreach (var (path, text) in Leaves(JsonDocument.Parse(log).RootElement, ""))
        {
            foreach (var word in text.Split(':', '/', '.'))
            {
                classes.Add($"{path} {(first.TryAdd(word, first.Count) ? first.Count - 1 : first[word])}");
            }
        }

        return classes;
    }

    private static IEnumerable<(string Path, string Text)> Leaves(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Leaves(member.Value, $"{path}/{member.Name}")),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Leaves(item, $"{path}/{index}")),
        JsonValueKind.String => [(path, element.GetString()!)],
        _ => [],
    };

    private static void AssertNothingLeaks(string text, string masked)
    {
        var values = AwsTesting.Find(text).Select(finding => text.Substring(finding.Start, finding.Length)).Distinct().ToList();

        Assert.True(values.Count > 30);
        Assert.All(values, value => Assert.DoesNotContain(value, masked));
    }
}
