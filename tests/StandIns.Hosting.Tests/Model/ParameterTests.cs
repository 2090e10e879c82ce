using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using StandIns.Hosting.Tests.Orchestration;

namespace StandIns.Hosting.Tests.Model;

public class ParameterTests
{
    [Theory]
    [InlineData("--Parameters:api-key=given")]
    [InlineData("--Parameters:api_key=given")]
    public async Task Value_FromConfiguration_WithDashesOrUnderscores(string argument)
    {
        var builder = DistributedApplication.CreateBuilder([argument]);

        Assert.Equal("given", await ValueAsync(builder.AddParameter("api-key")));
    }

    [Fact]
    public async Task Value_FromTheEnvironment_WithUnderscores()
    {
        var name = $"p{Guid.NewGuid():n}-key";
        var variable = $"Parameters__{name.Replace('-', '_')}";
        Environment.SetEnvironmentVariable(variable, "from the environment");
        try
        {
            var builder = DistributedApplication.CreateBuilder([]);

            Assert.Equal("from the environment", await ValueAsync(builder.AddParameter(name)));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Fact]
    public async Task Value_OfTheModel_IsOverriddenByConfiguration()
    {
        var builder = DistributedApplication.CreateBuilder(["--Parameters:b-one=given"]);

        Assert.Equal("own", await ValueAsync(builder.AddParameter("a-one", "own")));
        Assert.Equal("given", await ValueAsync(builder.AddParameter("b-one", () => "own")));
    }

    [Fact]
    public async Task Value_FromAnotherKey_IsRead()
    {
        var builder = DistributedApplication.CreateBuilder(["--My:Config:Key=given"]);

        Assert.Equal("given", await ValueAsync(builder.AddParameterFromConfiguration("other", "My:Config:Key")));
    }

    [Fact]
    public async Task Value_Missing_SaysWhichAndHowToGiveIt()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var parameter = builder.AddParameter("api-key", secret: true);

        var exception = await Assert.ThrowsAsync<MissingParameterValueException>(() => ValueAsync(parameter));

        Assert.StartsWith("Parameter 'api-key' has no value.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("dotnet user-secrets set \"Parameters:api-key\"", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Parameters__api_key,", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--Parameters:api-key=VALUE", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SeveralMissing_NamesAllAtOnceAndStartsNothing()
    {
        await using var app = new TestApp();
        app.Builder.AddParameter("first");
        app.Builder.AddConnectionString("second");
        app.Builder.AddParameter("third", "present");
        var started = false;
        var shell = app.AddShell("shell", "sleep 600").WithEnvironment(_ => started = true);
        Assert.NotNull(shell);

        var exception = await Assert.ThrowsAsync<MissingParameterValueException>(app.StartAsync);

        Assert.Contains("Parameter 'first'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Connection string 'second'", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("third", exception.Message, StringComparison.Ordinal);
        Assert.False(started);
    }

    [Fact]
    public void SecretAndPublished_ContradictOneAnother()
    {
        var builder = DistributedApplication.CreateBuilder([]);

        Assert.Throws<ArgumentException>(() => builder.AddParameter("key", "value", publishValueAsDefault: true, secret: true));
    }

    [Fact]
    public async Task Generated_HasTheLengthAndTheCharactersAskedFor()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var parameter = builder.AddParameter("key", new GenerateParameterDefault { MinLength = 40, Special = false, MinNumeric = 5, MinUpper = 3 }, secret: true);

        var value = (await ValueAsync(parameter))!;

        Assert.Equal(40, value.Length);
        Assert.True(value.All(char.IsAsciiLetterOrDigit));
        Assert.InRange(value.Count(char.IsAsciiDigit), 5, 40);
        Assert.InRange(value.Count(char.IsAsciiLetterUpper), 3, 40);
        Assert.Equal(value, await ValueAsync(parameter));
        Assert.NotEqual(value, new GenerateParameterDefault { MinLength = 40, Special = false }.GetDefaultValue());
    }

    [Fact]
    public void Generated_FromNoCharacters_IsRefused()
    {
        Assert.Throws<InvalidOperationException>(new GenerateParameterDefault { Lower = false, Upper = false, Numeric = false, Special = false }.GetDefaultValue);
        Assert.Throws<InvalidOperationException>(new GenerateParameterDefault { Special = false, MinSpecial = 1 }.GetDefaultValue);
    }

    [Theory]
    [InlineData("--ConnectionStrings:external-db=Server=x")]
    [InlineData("--ConnectionStrings:external_db=Server=x")]
    public async Task ConnectionString_FromConfiguration_IsASecret(string argument)
    {
        var builder = DistributedApplication.CreateBuilder([argument]);

        var connection = builder.AddConnectionString("external-db");

        Assert.Equal("Server=x", await connection.Resource.GetConnectionStringAsync(TestContext.Current.CancellationToken));
        Assert.True(Assert.IsType<ParameterResource>(connection.Resource, exactMatch: false).Secret);
        Assert.Equal("{external-db.connectionString}", connection.Resource.ValueExpression);
    }

    [Fact]
    public async Task ConnectionString_BuiltFromOthers_IsResolved()
    {
        var builder = DistributedApplication.CreateBuilder(["--Parameters:key=k", "--Parameters:plain=p"]);
        var key = builder.AddParameter("key", secret: true);
        var plain = builder.AddParameter("plain");

        var one = builder.AddConnectionString("one", ReferenceExpression.Create($"Key={key};Plain={plain}"));
        var two = builder.AddConnectionString("two", text => text.Append($"Plain={plain}"));

        IResourceWithConnectionString resource = one.Resource;
        Assert.Equal("Key=k;Plain=p", await resource.GetConnectionStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("Plain=p", await two.Resource.ConnectionStringExpression.GetValueAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<string?> ValueAsync(IResourceBuilder<ParameterResource> parameter) =>
        await parameter.Resource.GetValueAsync(TestContext.Current.CancellationToken);
}
