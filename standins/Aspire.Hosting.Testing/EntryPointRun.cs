using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>One run of an AppHost's entry point, which ends where the application would be built.</summary>
internal sealed class EntryPointRun(
    Assembly appHost, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder) : IAppHostInterceptor
{
    private DistributedApplicationBuilder? _builder;

    public async Task<DistributedApplicationBuilder> UntilBuildAsync(CancellationToken cancellationToken)
    {
        var entryPoint = appHost.EntryPoint ?? throw new InvalidOperationException(
            $"The assembly '{appHost.GetName().Name}' has no entry point. Name a type of the AppHost's own assembly, such as Projects.MyApp_AppHost.");
        try
        {
            // Off the test's context; the interception flows with this run alone, so others may run at the same time.
            await Task.Run(() => InvokeAsync(entryPoint), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (BuildReachedException)
        {
            return _builder!;
        }

        // An entry point that catches everything ends by itself.
        return _builder ?? throw new InvalidOperationException($"The entry point of '{appHost.GetName().Name}' ended without building an application.");
    }

    public void OnCreating(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.AssemblyName = appHost.GetName().Name;
        options.DisableDashboard = true;
        options.Args = args;
        options.AllowUnsecuredTransport = true;

        // A test must not need ports that others use, nor leave anything behind. Arguments still win.
        var defaults = new Dictionary<string, string?>(LaunchProfile())
        {
            [AppHostConfiguration.RandomizePortsKey] = "true",
            ["DcpPublisher:WaitForResourceCleanup"] = "true",
            ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
        };
        settings.Configuration ??= new ConfigurationManager();
        settings.Configuration.AddInMemoryCollection(defaults);
        settings.EnvironmentName ??= new ConfigurationBuilder().AddCommandLine(args).Build()["environment"]
            ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
            ?? defaults.GetValueOrDefault("DOTNET_ENVIRONMENT")
            ?? defaults.GetValueOrDefault("ASPNETCORE_ENVIRONMENT");
        configureBuilder(options, settings);
    }

    public void OnCreated(DistributedApplicationBuilder builder)
    {
        // Everything of interest happens once the model is complete.
    }

    public void OnBuilding(DistributedApplicationBuilder builder)
    {
        if (_builder is null)
        {
            _builder = builder;
            throw new BuildReachedException();
        }
    }

    private async Task InvokeAsync(MethodInfo entryPoint)
    {
        AppHostInterception.Current = this;
        try
        {
            var result = entryPoint.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, entryPoint.GetParameters().Length == 0 ? null : [args], culture: null);
            if (result is Task task)
            {
                await task.ConfigureAwait(false);
            }
        }
        finally
        {
            AppHostInterception.Current = null;
        }
    }

    /// <summary>The environment that the AppHost's first launch profile would give it.</summary>
    private Dictionary<string, string?> LaunchProfile()
    {
        var directory = appHost.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(metadata => string.Equals(metadata.Key, "apphostprojectpath", StringComparison.OrdinalIgnoreCase))?.Value;
        var file = directory is null ? null : Path.Combine(directory, "Properties", "launchSettings.json");
        if (file is null || !File.Exists(file))
        {
            return [];
        }

        var settings = JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllBytes(file), JsonSerializerOptions.Web);
        var (name, profile) = settings?.Profiles.FirstOrDefault() ?? default;
        if (profile is null)
        {
            return [];
        }

        var variables = profile.EnvironmentVariables.ToDictionary(variable => variable.Key, string? (variable) => variable.Value);
        variables["DOTNET_LAUNCH_PROFILE"] = name;
        return variables;
    }

    /// <summary>Unwinds the entry point; nobody outside of this class sees it.</summary>
    private sealed class BuildReachedException : Exception;
}
