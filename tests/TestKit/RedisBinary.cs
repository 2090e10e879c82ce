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
        var failure = await DistributionPackage.InstallAsync(Package, () => Find() is not null, cancellationToken);
        return failure is null && Find() is { } installed
            ? installed
            : throw NotFound(failure ?? $"'{Package}' has no server");
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
}
