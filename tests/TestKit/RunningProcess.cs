using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Platform.TestKit;

/// <summary>Faults done to a real process.</summary>
public static partial class RunningProcess
{
    private const int SigKill = 9;
    private const int SigStop = 19;
    private const int SigContinue = 18;

    /// <summary><c>kill -9</c>.</summary>
    public static void Kill(int processId) => Signal(processId, SigKill);

    /// <summary>Stops it from running, as a machine that hangs does.</summary>
    public static void Pause(int processId) => Signal(processId, SigStop);

    public static void Resume(int processId) => Signal(processId, SigContinue);

    public static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Bytes that the process holds in memory.</summary>
    public static long ResidentBytes(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.WorkingSet64;
    }

    private static void Signal(int processId, int signal)
    {
        if (SendSignal(processId, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} to process {processId} failed with error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);
}
