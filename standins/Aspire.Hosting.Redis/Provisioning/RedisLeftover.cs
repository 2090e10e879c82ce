namespace Aspire.Hosting.Redis.Provisioning;

/// <summary>
/// The server of an AppHost that was killed a moment ago may still be writing its last: two servers on one directory would spoil it.
/// </summary>
internal static class RedisLeftover
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task WaitForEndAsync(string directory, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        for (var waited = TimeSpan.Zero; Find(directory) is { } process; waited += Pause)
        {
            if (waited >= Patience)
            {
                throw new DistributedApplicationException(
                    $"A Redis server of an earlier run (process {process}) still uses the data directory '{directory}'. End it and start again.");
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string? Find(string directory) => Directory.EnumerateDirectories("/proc")
        .Where(process => char.IsAsciiDigit(Path.GetFileName(process)[0]) && WorksIn(process, directory))
        .Select(Path.GetFileName)
        .FirstOrDefault();

    private static bool WorksIn(string process, string directory)
    {
        try
        {
            // A server works in its data directory; a shell that somebody opened there is no server.
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget == directory
                && File.ReadAllText(Path.Combine(process, "comm")).TrimEnd() is ("redis-server" or "valkey-server");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
