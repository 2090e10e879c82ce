using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>What the AppHost's command line, environment and project say about this run.</summary>
internal static class AppHostConfiguration
{
    public const string OperationKey = "AppHost:Operation";
    public const string PublisherKey = "Publishing:Publisher";
    public const string OutputPathKey = "Publishing:OutputPath";
    public const string StepKey = "Pipeline:Step";
    public const string RandomizePortsKey = "DcpPublisher:RandomizePorts";
    public const string DefaultLaunchProfileNameKey = "AppHost:DefaultLaunchProfileName";
    public const string Sha256Key = "AppHost:Sha256";

    /// <summary>Long enough to stop every process gently and then firmly.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(15);

    private static readonly Dictionary<string, string> _switches = new()
    {
        ["--operation"] = OperationKey,
        ["--publisher"] = PublisherKey,
        ["--output-path"] = OutputPathKey,
        ["--step"] = StepKey,
        ["--log-level"] = "Logging:LogLevel:Default",
    };

    public static HostApplicationBuilder CreateHostBuilder(
        DistributedApplicationOptions options,
        HostApplicationBuilderSettings settings,
        string appHostDirectory)
    {
        settings.ApplicationName ??= options.Assembly?.GetName().Name;
        settings.ContentRootPath ??= Directory.Exists(appHostDirectory) ? appHostDirectory : Directory.GetCurrentDirectory();
        settings.EnvironmentName ??= EnvironmentName(options.Args);
        settings.Args = null;

        var builder = new HostApplicationBuilder(settings);
        var projectName = options.ResolveProjectName();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AppHost:Directory"] = appHostDirectory,
            ["AppHost:Path"] = Path.Join(appHostDirectory, projectName ?? builder.Environment.ApplicationName),
            ["AppHost:DashboardApplicationName"] = options.DashboardApplicationName ?? builder.Environment.ApplicationName,
        });

        // The command line comes last, so that it wins.
        if (options.Args is { Length: > 0 } args)
        {
            builder.Configuration.AddCommandLine(args, _switches);
        }

        // In publish mode the result must be the same on every machine, so the hash is of the file's name alone.
        var hashed = IsPublish(builder.Configuration)
            ? projectName ?? builder.Environment.ApplicationName
            : builder.Configuration["AppHost:Path"]!;
#pragma warning disable CA1308 // Volume names are lower case, and hashes of paths ignore case.
        builder.Configuration[Sha256Key] = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(IsPublish(builder.Configuration) ? hashed : hashed.ToLowerInvariant())));
#pragma warning restore CA1308
        builder.Configuration[DefaultLaunchProfileNameKey] ??= builder.Configuration["DOTNET_LAUNCH_PROFILE"];
        return builder;
    }

    public static DistributedApplicationExecutionContext CreateExecutionContext(IConfiguration configuration) => IsPublish(configuration)
        ? new(DistributedApplicationOperation.Publish, configuration[PublisherKey] ?? "manifest")
        : new(DistributedApplicationOperation.Run);

    private static bool IsPublish(IConfiguration configuration) => configuration[OperationKey] switch
    {
        { } operation when Enum.TryParse<DistributedApplicationOperation>(operation, ignoreCase: true, out var known) =>
            known == DistributedApplicationOperation.Publish,
        null or "" => !string.IsNullOrEmpty(configuration[PublisherKey]),
        { } unknown => throw new DistributedApplicationException(
            $"The operation '{unknown}' is not known. Use '--operation run' or '--operation publish'."),
    };

    // The order that the documentation gives: command line, then DOTNET_ENVIRONMENT, then ASPIRE_ENVIRONMENT.
    private static string? EnvironmentName(string[]? args)
    {
        var commandLine = new ConfigurationBuilder().AddCommandLine(args ?? []).Build();
        return commandLine["environment"]
            ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
            ?? Environment.GetEnvironmentVariable("ASPIRE_ENVIRONMENT")
            ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT");
    }
}
