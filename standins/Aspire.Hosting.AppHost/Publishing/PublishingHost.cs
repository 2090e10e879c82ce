using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes what was asked for instead of starting the application, and ends it.</summary>
internal sealed class PublishingHost(
    IServiceProvider services,
    IConfiguration configuration,
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext executionContext,
    ResourceConfigurationResolver resolver,
    IDistributedApplicationEventing eventing,
    IHostApplicationLifetime lifetime) : IHostedService
{
    private const string Manifest = "manifest";
    private const string ManifestStep = "publish-manifest";
    private const string DefaultFileName = "aspire-manifest.json";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        EnsureManifestIsMeant();
        var path = OutputPath();

        await eventing.PublishAsync(new BeforePublishEvent(services, model), cancellationToken).ConfigureAwait(false);
        await WriteAsync(path, await ManifestAsync(path, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await eventing.PublishAsync(new AfterPublishEvent(services, model), cancellationToken).ConfigureAwait(false);
        if (!OrchestrationOptions.From(configuration).IsUnattended)
        {
            Console.Out.WriteLine($"Published manifest to: {path}");
        }

        lifetime.StopApplication();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<ReadOnlyMemory<byte>> ManifestAsync(string path, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();

        // A manifest is read by tools and people, never inside a page: $ and + stay as they are.
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        var writer = new Utf8JsonWriter(buffer, options);
        await using (writer.ConfigureAwait(false))
        {
            var context = new ManifestPublishingContext(executionContext, path, writer, cancellationToken);
            await new ManifestWriter(context, resolver).WriteAsync(model, cancellationToken).ConfigureAwait(false);
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>Called with a whole manifest only, so that a model that cannot be published leaves the last one as it was.</summary>
    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, manifest, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"The manifest cannot be written to '{path}': {exception.Message}", exception);
        }
    }

    private void EnsureManifestIsMeant()
    {
        var publisher = configuration[AppHostConfiguration.PublisherKey];
        var step = configuration[AppHostConfiguration.StepKey];
        if (publisher is { Length: > 0 } && !string.Equals(publisher, Manifest, StringComparison.OrdinalIgnoreCase))
        {
            throw new DistributedApplicationException($"The publisher '{publisher}' is not known. Use '--publisher {Manifest}'.");
        }

        if (string.IsNullOrEmpty(publisher) && step != ManifestStep)
        {
            throw new DistributedApplicationException(
                $"{(string.IsNullOrEmpty(step) ? "A step is missing" : $"The step '{step}' is not known")}. Use '--step {ManifestStep}': other outputs need the Aspire packages themselves.");
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
