using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Hosting.Tests.Model;

public class NameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("Redis-2")]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij1234")]
    public void AddResource_AllowedName_IsTaken(string name)
    {
        var builder = DistributedApplication.CreateBuilder([]);

        Assert.Equal(name, builder.AddContainer(name, "nginx").Resource.Name);
    }

    [Theory]
    [InlineData("", "Name must be between 1 and 64 characters long.")]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij12345", "Name must be between 1 and 64 characters long.")]
    [InlineData("1st", "Name must start with an ASCII letter.")]
    [InlineData("under_score", "Name must contain only ASCII letters, digits, and hyphens.")]
    [InlineData("caf\u00e9", "Name must contain only ASCII letters, digits, and hyphens.")]
    [InlineData("a--b", "Name cannot contain consecutive hyphens.")]
    [InlineData("a-", "Name cannot end with a hyphen.")]
    public void AddResource_ForbiddenName_SaysWhy(string name, string why)
    {
        var builder = DistributedApplication.CreateBuilder([]);

        var exception = Assert.Throws<DistributedApplicationException>(() => builder.AddParameter(name));

        Assert.Equal($"Resource name '{name}' is invalid. {why}", exception.Message);
    }

    [Fact]
    public void AddResource_NameTakenInAnotherCase_IsRefused()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddRedis("cache");

        var exception = Assert.Throws<DistributedApplicationException>(() => builder.AddParameter("Cache"));

        Assert.Contains("name 'Cache'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Resource names are case-insensitive.", exception.Message, StringComparison.Ordinal);
        Assert.Single(builder.Resources);
    }

    [Fact]
    public void Build_DuplicatePutPastTheBuilder_IsRefused()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        builder.AddContainer("web", "nginx");
        builder.Resources.Add(new ContainerResource("WEB"));

        Assert.Contains("Multiple resources with the name 'web'", Assert.Throws<DistributedApplicationException>(builder.Build).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithEndpoint_ForbiddenName_SaysWhy()
    {
        var web = DistributedApplication.CreateBuilder([]).AddContainer("web", "nginx");

        var exception = Assert.Throws<DistributedApplicationException>(() => web.WithHttpEndpoint(name: "my_http"));

        Assert.StartsWith("Endpoint name 'my_http' is invalid.", exception.Message, StringComparison.Ordinal);
    }
}
