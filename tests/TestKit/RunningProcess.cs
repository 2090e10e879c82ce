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

    /// <summary>Whether it runs. One that has ended but that its parent has not taken note of yet does not.</summary>
    public static bool IsAlive(int processId)
    {
        try
        {
            // In /proc the state follows the name, which stands in parentheses and may hold anything. The first thread can have ended
            // before the others, which then still hold the files and sockets.
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X') || Directory.GetDirectories($"/proc/{processId}/task").Length > 1;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>SIGSTOP: it keeps its connections and does nothing.</summary>
    public static void Pause(int processId) => Signals.Send(processId, Signals.Stop);

    /// <summary>SIGCONT.</summary>
    public static void Continue(int processId) => Signals.Send(processId, Signals.Continue);

    /// <summary>How many threads it has.</summary>
    public static int ThreadCount(int processId) => Directory.GetDirectories($"/proc/{processId}/task").Length;

    /// <summary>How many sockets it holds.</summary>
    public static int SocketCount(int processId) => Directory.GetFiles($"/proc/{processId}/fd")
        .Count(file => new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    /// <summary>Bytes that the process holds in memory.</summary>
    public static long ResidentBytes(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.WorkingSet64;
    }
}
