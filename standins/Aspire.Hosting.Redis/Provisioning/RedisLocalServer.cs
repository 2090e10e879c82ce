using System.Diagnostics;
using System.Globalization;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Launching;
using Aspire.Hosting.Orchestration.Processes;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Redis.Provisioning;

/// <summary>
/// Runs Redis as a program of this machine: one that is here, else a container, else the distribution's package, installed now.
/// </summary>
internal sealed class RedisLocalServer : ILocalServer
{
    private const string DataTarget = "/data";

    private static readonly TimeSpan InstallLockPause = TimeSpan.FromSeconds(1);

    public async Task<LocalServerSession?> OpenAsync(LocalServerRequest request, CancellationToken cancellationToken)
    {
        var settings = ReadSettings(request, out var obstacle);
        var server = settings is null ? null : await RedisServerProgram.FindAsync(cancellationToken).ConfigureAwait(false);
        if (server is null && await request.FindContainerEngine(cancellationToken).ConfigureAwait(false) is not null)
        {
            return null;
        }

        if (settings is null)
        {
            throw new DistributedApplicationException($"Resource '{request.Resource.Name}' cannot run without a container engine. {obstacle}");
        }

        server ??= await InstallAsync(request, cancellationToken).ConfigureAwait(false);
        var directory = OpenDirectory(request);
        try
        {
            await RedisLeftover.WaitForEndAsync(directory.Path, cancellationToken).ConfigureAwait(false);
            request.Tell($"starts {Path.GetFileName(server)} on port {request.Port}, data in {directory.Path}");
            return new LocalServerSession(
                new ProcessSpec
                {
                    FileName = server,
                    Arguments = ["-"],
                    WorkingDirectory = directory.Path,
                    StandardInput = Configuration(settings, request.Port, directory.Path),
                },
                $"{server} ({directory.Path})",
                directory);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private static IReadOnlyList<string>? ReadSettings(LocalServerRequest request, out string? obstacle)
    {
        try
        {
            obstacle = null;
            return ServerCommandLine.ToConfiguration(request.Arguments, request.Environment);
        }
        catch (FormatException exception)
        {
            obstacle = exception.Message;
            return null;
        }
    }

    private static string Configuration(IReadOnlyList<string> settings, int port, string directory)
    {
        var configuration = new StringBuilder();
        foreach (var line in settings)
        {
            configuration.Append(line).Append('\n');
        }

        return configuration
            .Append("port ").Append(port.ToString(CultureInfo.InvariantCulture)).Append('\n')
            .Append("bind 127.0.0.1 -::1\n")
            .Append("dir ").Append(ServerCommandLine.Quote(directory)).Append('\n')
            .Append("daemonize no\n")
            .ToString();
    }

    private static RedisDataDirectory OpenDirectory(LocalServerRequest request)
    {
        var mount = request.Resource.Annotations.OfType<ContainerMountAnnotation>().LastOrDefault(mount => mount.Target.TrimEnd('/') == DataTarget);
        try
        {
            return mount switch
            {
                { Type: ContainerMountType.BindMount, Source: { } source } => RedisDataDirectory.ForBindMount(source),
                { Source: { } volume } when !request.IsTemporary => RedisDataDirectory.ForVolume(request.Application, volume),
                _ => RedisDataDirectory.CreateTemporary(),
            };
        }
        catch (InvalidOperationException exception)
        {
            throw new DistributedApplicationException($"Resource '{request.Resource.Name}' cannot start. {exception.Message}", exception);
        }
    }

    private static async Task<string> InstallAsync(LocalServerRequest request, CancellationToken cancellationToken)
    {
        var right = await RedisPackage.FindRightAsync(cancellationToken).ConfigureAwait(false)
            ?? throw Impossible(request, "this user may not install the distribution's package.");
        request.Tell("no Redis on this machine: installing the distribution's package…");
        var startedAt = Stopwatch.GetTimestamp();

        // Applications that start together must not all install: the others find what the first one installed.
        await using var exclusive = await LockAsync(cancellationToken).ConfigureAwait(false);
        if (await RedisServerProgram.FindAsync(cancellationToken).ConfigureAwait(false) is { } meanwhile)
        {
            return meanwhile;
        }

        var failure = await RedisPackage.InstallAsync(right, line => request.Logger.Installing(line.Text), cancellationToken).ConfigureAwait(false);
        if (failure is null && await RedisServerProgram.FindAsync(cancellationToken).ConfigureAwait(false) is { } installed)
        {
            request.Tell($"installed in {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:0.0} s");
            return installed;
        }

        throw Impossible(request, $"installing the distribution's package failed: {failure ?? "it brings no server."}");
    }

    private static async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(RedisDataDirectory.Root);
        var path = Path.Combine(RedisDataDirectory.Root, "install.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(InstallLockPause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static DistributedApplicationException Impossible(LocalServerRequest request, string reason) => new(
        $"Resource '{request.Resource.Name}' needs a Redis server: none is on PATH, no container engine answers, and {reason} "
        + $"Do one of three: give one that runs (environment variable ConnectionStrings__{request.Resource.Name}=host:6379,password=…), "
        + "install redis-server or valkey-server, or start Docker or Podman.");
}

internal static partial class RedisLocalServerLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Line}")]
    public static partial void Installing(this ILogger logger, string line);
}
