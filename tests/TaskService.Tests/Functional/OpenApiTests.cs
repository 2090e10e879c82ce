using System.Text.Json;

namespace TaskService.Tests.Functional;

public sealed class OpenApiTests(AccessedTaskService service) : Shared.OpenApiTests(service), IClassFixture<AccessedTaskService>
{
    [Fact]
    public async Task Submit_TellsOfEveryBodyThatItTakes()
    {
        var content = (await BodyAsync("/v1/tasks")).GetProperty("content");
        Assert.Equal(
            ["application/json", "application/x-ndjson", "multipart/form-data", "text/csv"],
            content.EnumerateObject().Select(type => type.Name).Order(StringComparer.Ordinal));
        var task = content.GetProperty("application/json").GetProperty("schema");
        Assert.Equal(["payload", "type"], task.GetProperty("required").EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal));
        Assert.False(task.GetProperty("additionalProperties").GetBoolean());

        // What is described is what is taken, no more and no less.
        Assert.Equal(
            ["after", "concurrencyKey", "delay", "dependsOn", "payload", "priority", "queue", "runAt", "type", "unique"],
            task.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.Equal("string", content.GetProperty("text/csv").GetProperty("schema").GetProperty("type").GetString());
        Assert.Equal("binary", content.GetProperty("multipart/form-data").GetProperty("schema").GetProperty("properties").GetProperty("file").GetProperty("format").GetString());

        var batch = (await BodyAsync("/v1/tasks/batch")).GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("properties").GetProperty("tasks");
        Assert.Equal(1000, batch.GetProperty("maxItems").GetInt32());
        Assert.True(batch.GetProperty("items").GetProperty("properties").TryGetProperty("dependsOn", out _));
    }

    [Theory]
    [InlineData("StatisticsNow")]
    [InlineData("TaskCountsResponse")]
    [InlineData("DurationsResponse", "p50", "p95", "p99")]
    [InlineData("QueueResponse", "oldestAgeSeconds")]
    [InlineData("QueuePriorityResponse", "oldestAgeSeconds")]
    public async Task Number_SaysWhatItIs_AndInWhichUnit(string schema, params string[] times)
    {
        var properties = (await DocumentAsync()).GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties");
        Assert.Empty(
            from property in properties.EnumerateObject()
            let text = property.Value.TryGetProperty("description", out var description) ? description.GetString()! : ""
            where text.Length == 0 || (times.Contains(property.Name) && !text.Contains("seconds", StringComparison.OrdinalIgnoreCase))
            select $"{schema}.{property.Name}: {text}");
    }

    private async Task<JsonElement> BodyAsync(string path) =>
        (await DocumentAsync()).GetProperty("paths").GetProperty(path).GetProperty("post").GetProperty("requestBody");
}
