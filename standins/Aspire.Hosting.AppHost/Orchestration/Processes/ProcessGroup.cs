using System.Runtime.InteropServices;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>
/// A child in a session of its own: Ctrl+C in the terminal reaches the AppHost only, which then stops its children in order,
/// and a signal to the group reaches whatever the child has started in turn.
/// </summary>
internal static class ProcessGroup
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    private static readonly Lazy<string?> SetSid = new(() => OperatingSystem.IsWindows() ? null : ProgramPath.Find("setsid"));

    /// <summary>True where a child leads its own group, named by its process id.</summary>
    public static bool IsSupported => SetSid.Value is not null;

    /// <summary>setsid replaces itself by the program, so the process id stays.</summary>
    public static (string FileName, IEnumerable<string> Arguments) Wrap(string fileName, IEnumerable<string> arguments) =>
        SetSid.Value is { } setSid ? (setSid, [fileName, .. arguments]) : (fileName, arguments);

    public static bool Terminate(int processId) => Signal(processId, SigTerm);

    public static bool Kill(int processId) => Signal(processId, SigKill);

    private static bool Signal(int processId, int signal)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        // For its first microseconds a child is still in our group: the group of its own does not exist, the process does.
        return (IsSupported && NativeMethods.Kill(-processId, signal) == 0) || NativeMethods.Kill(processId, signal) == 0;
    }

    /// <summary>Ends what a finished leader left behind in its group.</summary>
    public static void KillRemains(int processId)
    {
        if (IsSupported)
        {
            _ = NativeMethods.Kill(-processId, SigKill);
        }
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "kill")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Kill(int processId, int signal);
    }
}
