using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;

[assembly: AssemblyFixture(typeof(AppHost.Tests.RunningPlatform))]

namespace AppHost.Tests;

/// <summary>The whole application, started once for all tests that only use it.</summary>
public sealed class RunningPlatform : IAsyncLifetime
{
    public static readonly string[] Services = ["userservice", "taskservice", "notificationservice", "privacyservice"];

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private DistributedApplication? _app;

    public DistributedApplication App => _app ?? throw new InvalidOperationException("The application has not been started.");

    public async ValueTask InitializeAsync()
    {
        using var timeout = new CancellationTokenSource(StartTimeout);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--Replicas:taskservice=2", "--Parameters:admin-password=correct horse battery staple admin"], timeout.Token);
        _app = await builder.BuildAsync(timeout.Token);
        await _app.StartAsync(timeout.Token);
        await Task.WhenAll(Services.Select(service => _app.ResourceNotifications.WaitForResourceHealthyAsync(service, timeout.Token)));
    }

    public HttpClient ClientOf(string service) => App.CreateHttpClient(service, "http");

    public Task<Person> SignInAsync(CancellationToken cancellationToken) => Person.SignInAsync(ClientOf, cancellationToken);

    /// <summary>Everything that the processes have written so far.</summary>
    public async Task<string> LogsAsync()
    {
        var loggers = App.Services.GetRequiredService<ResourceLoggerService>();
        var lines = new List<string>();
        foreach (var resource in App.Services.GetRequiredService<DistributedApplicationModel>().Resources)
        {
            await foreach (var batch in loggers.GetAllAsync(resource))
            {
                lines.AddRange(batch.Select(line => $"{resource.Name}: {line.Content}"));
            }
        }

        return string.Join('\n', lines);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
