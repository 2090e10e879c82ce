using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// "dotnet run" hands Ctrl+C on to the AppHost, but cannot hand on its own sudden end. An AppHost whose "dotnet run" has gone is one
/// that nobody can stop any more: it stops by itself.
/// </summary>
internal sealed class ParentWatch(IHostApplicationLifetime lifetime, OrchestrationOptions options, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.IsUnattended || Parent() is not { } parent || !IsDotNetRun(parent))
        {
            return;
        }

        try
        {
            while (Parent() == parent)
            {
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }

        lifetime.StopApplication();
    }

    private static int? Parent()
    {
        const string status = "/proc/self/stat";
        if (!OperatingSystem.IsLinux() || !File.Exists(status))
        {
            return null;
        }

        // "pid (name) state parent …", where the name may hold anything.
        var text = File.ReadAllText(status);
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return int.Parse(fields[1], CultureInfo.InvariantCulture);
    }

    private static bool IsDotNetRun(int process)
    {
        try
        {
            var words = File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
            return Path.GetFileName(words[0]) == "dotnet" && words.Contains("run");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
