using System.Diagnostics;

namespace Platform.TestKit;

/// <summary>Installs what tests need and the machine lacks, where this process may: packages of Debian and Ubuntu.</summary>
internal static class DistributionPackage
{
    private const int MostUpdates = 5;
    private static readonly TimeSpan UpdatePause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(5);

    /// <param name="package">Its name.</param>
    /// <param name="isThere">Whether what it brings is there by now: another process may have installed it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when it was installed, else why not.</returns>
    public static async Task<string?> InstallAsync(string package, Func<bool> isThere, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || ProgramPath.Find("apt-get") is not { } apt)
        {
            return "this process cannot install the distribution's package";
        }

        // Test processes start together; one installs, the others find what it installed.
        await using var held = await LockAsync(cancellationToken);
        if (isThere())
        {
            return null;
        }

        // Package lists may be absent or old; where they are neither, or cannot be had, the installation tells. Somebody else may be
        // fetching them, and their lock, unlike dpkg's, is not waited for.
        for (var attempt = 1; attempt <= MostUpdates && await RunAsync(apt, ["-q", "update"], cancellationToken) is not null; attempt++)
        {
            await Task.Delay(UpdatePause, cancellationToken);
        }

        return await RunAsync(apt, ["-q", "install", "-y", "--no-install-recommends", package], cancellationToken) is { } failure
            ? $"installing '{package}' failed: {failure}" : null;
    }

    private static async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetTempPath(), "platform-install.lock");
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
