using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Hosting.Tests.Model;

public sealed class ProjectEnvironmentTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Theory]
    [InlineData("accounts", new string[0], "0")]
    [InlineData("mailer", new string[0], "2")]
    [InlineData("orders", new[] { "accounts=5101", "mailer=5103" }, "1")]
    [InlineData("archive", new[] { "accounts=5101", "orders=5102" }, "3")]
    public async Task Environment_OfTheCanonicalServices_IsCompleteAndInOrder(string name, string[] references, string database)
    {
        var builder = _workspace.CreateBuilder(
            "--DOTNET_LAUNCH_PROFILE=http",
            "--Parameters:redis-password=S3cretPass",
            "--OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:19000",
            "--OTEL_EXPORTER_OTLP_HEADERS=x-otlp-api-key=a-key");
        var services = Shop.Write(builder, _workspace);
        await using var evaluation = await Evaluation.OfAsync(builder);

        var environment = await evaluation.EnvironmentAsync(services[name]);

        var redis = $"localhost:{Evaluation.FirstPort}";
        List<(string, string)> expected =
        [
            ("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory"),
            ("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "true"),
            ("OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION", "true"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:19000"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=abcdefgh"),
            ("OTEL_SERVICE_NAME", name),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-otlp-api-key=a-key"),
            ("OTEL_BLRP_SCHEDULE_DELAY", "1000"),
            ("OTEL_BSP_SCHEDULE_DELAY", "1000"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "1000"),
            ("OTEL_TRACES_SAMPLER", "always_on"),
            ("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based"),
            ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true"),
            ("DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION", "true"),
            ("LOGGING__CONSOLE__FORMATTERNAME", "simple"),
            ("ASPNETCORE_URLS", $"http://localhost:{Evaluation.FirstTargetPort}"),
            ("DOTNET_LAUNCH_PROFILE", "http"),
            ("ASPNETCORE_ENVIRONMENT", "Development"),
            ("ConnectionStrings__redis", $"{redis},password=S3cretPass"),
            ("REDIS_HOST", "localhost"),
            ("REDIS_PORT", $"{Evaluation.FirstPort}"),
            ("REDIS_PASSWORD", "S3cretPass"),
            ("REDIS_URI", $"redis://:S3cretPass@{redis}"),
        ];
        foreach (var reference in references.Select(reference => reference.Split('=')))
        {
            expected.Add(($"{reference[0].ToUpperInvariant()}_HTTP", $"http://localhost:{reference[1]}"));
            expected.Add(($"services__{reference[0]}__http__0", $"http://localhost:{reference[1]}"));
        }

        expected.Add(("Redis__Database", database));
        if (name == "archive")
        {
            expected.Add(("Services__TaskUrl", "http://localhost:5102"));
        }

        Assert.Equal(expected, environment.Select(variable => (variable.Key, variable.Value)));
    }

    [Fact]
    public async Task Environment_NoCollectorConfigured_NamesNone()
    {
        var builder = _workspace.CreateBuilder();
        var api = builder.AddProject("api", _workspace.AddProject("Api"));
        await using var evaluation = await Evaluation.OfAsync(builder);

        var environment = (await evaluation.EnvironmentAsync(api)).ToDictionary();

        Assert.Equal("api", environment["OTEL_SERVICE_NAME"]);
        Assert.DoesNotContain(environment.Keys, name => name.StartsWith("OTEL_EXPORTER_OTLP", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Environment_AppHostInProduction_LeavesOutWhatIsForDevelopment()
    {
        var builder = _workspace.CreateBuilder("--environment=Production");
        var api = builder.AddProject("api", _workspace.AddProject("Api"));
        await using var evaluation = await Evaluation.OfAsync(builder);

        var environment = (await evaluation.EnvironmentAsync(api)).ToDictionary();

        Assert.Equal("in_memory", environment["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"]);
        Assert.DoesNotContain("OTEL_TRACES_SAMPLER", environment.Keys);
        Assert.DoesNotContain("ASPNETCORE_ENVIRONMENT", environment.Keys);
    }

    [Fact]
    public async Task Urls_SeveralEndpoints_AreAllListenedOnAndHttpsPortIsTheCallers()
    {
        var builder = _workspace.CreateBuilder();
        var api = builder.AddProject("api", _workspace.AddProject("Api", ("https", "https://localhost:7001;http://localhost:7002")))
            .WithHttpEndpoint(name: "admin", env: "ADMIN_PORT")
            .WithHttpEndpoint(port: 7004, targetPort: 9000, name: "grpc");
        await using var evaluation = await Evaluation.OfAsync(builder);

        var environment = (await evaluation.EnvironmentAsync(api)).ToDictionary();

        // The one with a variable of its own is not listened on through ASPNETCORE_URLS.
        Assert.Equal("https://localhost:50001;http://localhost:50002;http://localhost:9000", environment["ASPNETCORE_URLS"]);
        Assert.Equal("7001", environment["ASPNETCORE_HTTPS_PORT"]);
        Assert.Equal("50003", environment["ADMIN_PORT"]);
    }

    [Fact]
    public async Task Urls_FilteredEndpoint_IsLeftOut()
    {
        var builder = _workspace.CreateBuilder();
        var api = builder.AddProject("api", _workspace.AddProject("Api", ("http", "http://localhost:7002")))
            .WithHttpEndpoint(name: "hidden")
            .WithEndpointsInEnvironment(endpoint => endpoint.Name != "hidden");
        await using var evaluation = await Evaluation.OfAsync(builder);

        Assert.Equal("http://localhost:50001", await evaluation.VariableAsync(api, "ASPNETCORE_URLS"));
    }

    [Fact]
    public async Task Variables_SetTwice_LastOneWins()
    {
        var builder = _workspace.CreateBuilder();
        var order = new List<string>();
        var api = builder.AddProject("api", _workspace.AddProject("Api"))
            .WithEnvironment("NAME", "first")
            .WithEnvironment(context =>
            {
                order.Add("callback");
                Assert.Equal("first", context.EnvironmentVariables["NAME"]);
                context.EnvironmentVariables["NAME"] = "second";
            })
            .WithEnvironment("NAME", () =>
            {
                order.Add("function");
                return "third";
            });
        Assert.Empty(order);
        await using var evaluation = await Evaluation.OfAsync(builder);

        Assert.Equal("third", await evaluation.VariableAsync(api, "NAME"));
        Assert.Equal(["callback", "function"], order);
    }

    [Fact]
    public async Task LaunchProfile_VariableTheHostSetsItself_IsNotOverwritten()
    {
        var builder = _workspace.CreateBuilder();
        var project = _workspace.AddProjectWith("Api", """
            {
              // Comments and trailing commas are usual in these files.
              "profiles": {
                "IIS": { "commandName": "IISExpress" },
                "http": {
                  "commandName": "Project",
                  "commandLineArgs": "--seed 42 --title \"two words\" \"\"",
                  "environmentVariables": { "OTEL_SERVICE_NAME": "from-profile", "LATER": "from-profile", "ONLY": "from-profile", },
                },
              },
            }
            """);
        var api = builder.AddProject("api", project).WithEnvironment("LATER", "from-model").WithArgs("--last");
        await using var evaluation = await Evaluation.OfAsync(builder);

        var environment = (await evaluation.EnvironmentAsync(api)).ToDictionary();

        Assert.Equal(("api", "from-model", "from-profile"), (environment["OTEL_SERVICE_NAME"], environment["LATER"], environment["ONLY"]));
        Assert.Equal("http", environment["DOTNET_LAUNCH_PROFILE"]);
        Assert.Equal(["--seed", "42", "--title", "two words", "", "--last"], await evaluation.ArgumentsAsync(api));
    }

    public void Dispose() => _workspace.Dispose();
}
