using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace StandIns.Hosting.Tests.Model;

/// <summary>What a model comes to when it runs, with ports handed out but nothing started.</summary>
internal sealed class Evaluation : IAsyncDisposable
{
    public const int FirstPort = 40001;
    public const int FirstTargetPort = 50001;

    private readonly DistributedApplication _app;

    private Evaluation(DistributedApplication app) => _app = app;

    public static async Task<Evaluation> OfAsync(IDistributedApplicationBuilder builder)
    {
        var app = builder.Build();
        var model = app.Services.GetRequiredService<DistributedApplicationModel>();
        await builder.Eventing.PublishAsync(new BeforeStartEvent(app.Services, model));
        var port = FirstPort;
        foreach (var endpoint in model.Resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()))
        {
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, endpoint.Port ?? port++);
        }

        return new Evaluation(app);
    }

    /// <summary>The variables of one copy, in their order.</summary>
    public async Task<IReadOnlyList<KeyValuePair<string, string>>> EnvironmentAsync<T>(IResourceBuilder<T> resource)
        where T : IResource
    {
        var configuration = await ResolveAsync(resource.Resource);
        return [.. configuration.Environment.Select(variable => KeyValuePair.Create(variable.Name, variable.Value!))];
    }

    public async Task<string?> VariableAsync<T>(IResourceBuilder<T> resource, string name)
        where T : IResource
        => (await EnvironmentAsync(resource)).ToDictionary().GetValueOrDefault(name);

    public async Task<IReadOnlyList<string>> ArgumentsAsync<T>(IResourceBuilder<T> resource)
        where T : IResource
        => [.. (await ResolveAsync(resource.Resource)).Arguments.Select(argument => argument.Value)];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task<ResolvedConfiguration> ResolveAsync(IResource resource)
    {
        var instance = new ResourceInstance(resource, $"{resource.Name}-abcdefgh", "abcdefgh", index: 0);
        var port = FirstTargetPort;
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            instance.TargetPorts[endpoint.Name] = endpoint.TargetPort ?? port++;
        }

        return _app.Services.GetRequiredService<ResourceConfigurationResolver>().ResolveAsync(instance, TestContext.Current.CancellationToken);
    }
}
