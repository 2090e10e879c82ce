using System.Text.Encodings.Web;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes what was asked for instead of starting the application, and ends it.</summary>
internal sealed class PublishingHost(
    IServiceProvider services,
    IConfiguration configuration,
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext executionContext,
    ResourceConfigurationResolver resolver,
    IDistributedApplicationEventing eventing,
    IHostApplicationLifetime lifetime,
    ILogger<DistributedApplication> logger) : IHostedService
{
    private const string Manifest = "manifest";
    private const string ManifestStep = "publish-manifest";
    private const string DefaultFileName = "aspire-manifest.json";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        EnsureManifestIsMeant();
        var path = OutputPath();

        await eventing.PublishAsync(new BeforePublishEvent(services, model), cancellationToken).ConfigureAwait(false);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var stream = new FileStream(path, FileMode.Create, FileAccess.Write);
        await using (stream.ConfigureAwait(false))
        {
            // A manifest is read by tools and people, never inside a page: $ and + stay as they are.
            var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            await using (writer.ConfigureAwait(false))
            {
                var context = new ManifestPublishingContext(executionContext, path, writer, cancellationToken);
                await new ManifestWriter(context, resolver).WriteAsync(model, cancellationToken).ConfigureAwait(false);
            }
        }

        await eventing.PublishAsync(new AfterPublishEvent(services, model), cancellationToken).ConfigureAwait(false);
        PublishingLog.Published(logger, path);
        lifetime.StopApplication();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void EnsureManifestIsMeant()
    {
        var publisher = configuration[AppHostConfiguration.PublisherKey];
        var step = configuration[AppHostConfiguration.StepKey];
        if (publisher is { Length: > 0 } && !string.Equals(publisher, Manifest, StringComparison.OrdinalIgnoreCase))
        {
            throw new DistributedApplicationException($"The publisher '{publisher}' is not known. Use '--publisher {Manifest}'.");
        }

        if (publisher is null && step != ManifestStep)
        {
            throw new DistributedApplicationException(
                $"The step '{step}' is not known. Use '--step {ManifestStep}': other outputs need the Aspire packages themselves.");
        }
    }

    private string OutputPath()
    {
        var path = configuration[AppHostConfiguration.OutputPathKey] is { Length: > 0 } given
            ? Path.GetFullPath(given)
            : throw new DistributedApplicationException("Say where the manifest goes: '--output-path FILE.json', or a folder.");
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? path : Path.Combine(path, DefaultFileName);
    }
}
