using System.Collections.Concurrent;
using System.Diagnostics;

namespace Platform.TestKit;

/// <summary>Starts processes that do not outlive this one, even when it is killed.</summary>
internal static class ChildProcess
{
    private static readonly string? SetPriv = ProgramPath.Find("setpriv");
    private static readonly BlockingCollection<Action> Starts = StartLauncher();

    /// <param name="isQuiet">What it writes is read and dropped.</param>
    public static Task<Process> StartAsync(string fileName, IEnumerable<string> arguments, string workingDirectory, bool isQuiet = false)
    {
        string[] command = SetPriv is null
            ? [fileName, .. arguments]
            : [SetPriv, "--pdeathsig", "KILL", "--", fileName, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = isQuiet,
            RedirectStandardError = isQuiet,
        };

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                var process = Process.Start(start)!;
                if (isQuiet)
                {
                    process.BeginOutputReadLine();
                    process.BeginErrorReadLine();
                }

                started.SetResult(process);
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        });
        return started.Task;
    }

    /// <summary>
    /// The system ties a child's life to the thread that started it, not to the process, and threads of the pool come and go.
    /// </summary>
    private static BlockingCollection<Action> StartLauncher()
    {
        var starts = new BlockingCollection<Action>();
        var launcher = new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        {
            IsBackground = true,
            Name = "Child processes",
        };
        launcher.Start();
        return starts;
    }
}
