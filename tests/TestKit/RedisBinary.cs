using System.Diagnostics;

namespace Platform.TestKit;

/// <summary>
/// Finds a Redis server program: the one named by <c>PLATFORM_TEST_REDIS_SERVER</c>, one on the path, or the distribution's
/// package, which is installed if this process may.
/// </summary>
internal static class RedisBinary
{
    public const string PathVariable = "PLATFORM_TEST_REDIS_SERVER";

    private const string ServerName = "redis-server";

    // The package with the tools carries the server too, under the name it checks dumps with, and starts no service.
    private const string Package = "redis-tools";
    private const string ServerInPackage = "/usr/bin/redis-check-rdb";

    private const int MostUpdates = 5;
    private static readonly TimeSpan UpdatePause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(5);
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static string? _located;

    public static async Task<string> LocateAsync(CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        try
        {
            return _located ??= Find() ?? await InstallAsync(cancellationToken);
        }
        finally
        {
            Gate.Release();
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named)
        {
            return File.Exists(named)
                ? named
                : throw new InvalidOperationException($"{PathVariable} names '{named}', which is not a file. Set it to a Redis server program, or unset it.");
        }

        return ProgramPath.Find(ServerName) ?? ProgramPath.Find("valkey-server") ?? (File.Exists(ServerInPackage) ? Link() : null);
    }

    private static async Task<string> InstallAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || ProgramPath.Find("apt-get") is not { } apt)
        {
            throw NotFound("this process cannot install the distribution's package");
        }

        // Test processes start together; one installs, the others find what it installed.
        await using var held = await LockAsync(cancellationToken);
        if (Find() is { } meanwhile)
        {
            return meanwhile;
        }

        // Package lists may be absent or old; where they are neither, or cannot be had, the installation tells. Somebody else may be
        // fetching them, and their lock, unlike dpkg's, is not waited for.
        for (var attempt = 1; attempt <= MostUpdates && await RunAsync(apt, ["-q", "update"], cancellationToken) is not null; attempt++)
        {
            await Task.Delay(UpdatePause, cancellationToken);
        }

        var failure = await RunAsync(apt, ["-q", "install", "-y", "--no-install-recommends", Package], cancellationToken);
        return failure is null && Find() is { } installed
            ? installed
            : throw NotFound($"installing '{Package}' failed: {failure ?? "it has no server"}");
    }

    private static InvalidOperationException NotFound(string reason) => new(
        $"No Redis server was found, and {reason}. Put {ServerName} on the PATH, or set {PathVariable} to one, "
        + $"or set {RedisFixture.ConnectionVariable} to the connection string of a running server.");

    private static string Link()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"platform-redis-bin-{Environment.UserName}");
        Directory.CreateDirectory(directory);
        var link = Path.Combine(directory, ServerName);
        try
        {
            File.CreateSymbolicLink(link, ServerInPackage);
        }
        catch (IOException) when (File.Exists(link))
        {
            // Another test process made it.
        }

        return link;
    }

    private static async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetTempPath(), "platform-redis-install.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
            }
        }
    }

    /// <summary>Runs the package manager; null when it succeeded, else its last words.</summary>
    private static async Task<string?> RunAsync(string apt, string[] arguments, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(InstallTimeout);
        var start = new ProcessStartInfo(apt, ["-o", "DPkg::Lock::Timeout=240", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" },
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = await process.StandardError.ReadToEndAsync(timeout.Token);
            await output;
            await process.WaitForExitAsync(timeout.Token);
            return process.ExitCode == 0 ? null : errors.Trim();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return $"apt-get did not end in {InstallTimeout.TotalMinutes:0} minutes";
        }
    }
}
