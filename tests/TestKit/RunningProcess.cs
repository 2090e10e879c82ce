using System.Diagnostics;

namespace Platform.TestKit;

/// <summary>What is done to a real process, and seen of it.</summary>
public static class RunningProcess
{
    /// <summary><c>kill -9</c>.</summary>
    public static void Kill(int processId)
    {
        using var process = Process.GetProcessById(processId);
        process.Kill();
    }

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
}
