using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Redis.Provisioning;

/// <summary>The distribution's package, where there is one and this user may install it.</summary>
internal static class RedisPackage
{
    private const int MostUpdates = 5;
    private static readonly string[] Packages = ["redis-tools", "valkey-tools"];
    private static readonly TimeSpan InstallTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AskTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UpdatePause = TimeSpan.FromSeconds(3);

    /// <summary>The words to put before a command so that it may install packages; null when this user may not, or there is no apt.</summary>
    public static async Task<IReadOnlyList<string>?> FindRightAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || ProgramPath.Find("apt-get") is null)
        {
            return null;
        }

        if (Environment.IsPrivilegedProcess)
        {
            return [];
        }

        if (ProgramPath.Find("sudo") is not { } sudo)
        {
            return null;
        }

        var asked = new ProcessSpec { FileName = sudo, Arguments = ["-n", "true"] };
        var answer = await ProgramRun.RunAsync(asked, AskTime, output: null, cancellationToken).ConfigureAwait(false);
        return answer.Succeeded ? [sudo, "-n"] : null;
    }

    /// <summary>Installs a server; the failure's last words when that does not work.</summary>
    public static async Task<string?> InstallAsync(IReadOnlyList<string> right, Action<OutputLine> output, CancellationToken cancellationToken)
    {
        // The package list of a fresh image is missing or stale: only then is it worth the time to fetch it.
        var failure = await TryInstallAsync(right, output, cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            await UpdateAsync(right, output, cancellationToken).ConfigureAwait(false);
            failure = await TryInstallAsync(right, output, cancellationToken).ConfigureAwait(false);
        }

        return failure;
    }

    /// <summary>Fetches the package lists. Somebody else may be doing just that, and their lock, unlike dpkg's, is not waited for.</summary>
    private static async Task UpdateAsync(IReadOnlyList<string> right, Action<OutputLine> output, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MostUpdates; attempt++)
        {
            var result = await AptAsync(right, ["update"], output, cancellationToken).ConfigureAwait(false);
            if (result.Succeeded)
            {
                return;
            }

            await Task.Delay(UpdatePause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<string?> TryInstallAsync(IReadOnlyList<string> right, Action<OutputLine> output, CancellationToken cancellationToken)
    {
        string? failure = null;
        foreach (var package in Packages)
        {
            var result = await AptAsync(right, ["install", "--yes", "--no-install-recommends", package], output, cancellationToken).ConfigureAwait(false);
            if (result.Succeeded)
            {
                return null;
            }

            failure ??= result.Output.LastOrDefault(line => line.StartsWith("E:", StringComparison.Ordinal)) ?? string.Join(" ", result.Output.TakeLast(1));
        }

        return failure;
    }

    private static Task<ProgramResult> AptAsync(
        IReadOnlyList<string> right, IEnumerable<string> command, Action<OutputLine> output, CancellationToken cancellationToken)
    {
        // sudo passes no environment on; env is the same with and without it.
        string[] words = [.. right, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120", "-q", .. command];
        return ProgramRun.RunAsync(new ProcessSpec { FileName = words[0], Arguments = words[1..] }, InstallTime, output, cancellationToken);
    }
}
