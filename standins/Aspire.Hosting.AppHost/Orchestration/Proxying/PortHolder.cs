using System.Globalization;

namespace Aspire.Hosting.Orchestration.Proxying;

/// <summary>Names the process that listens on a port, where the system tells it without much ado.</summary>
internal static class PortHolder
{
    private const string Listening = "0A";
    private const int StateColumn = 3;
    private const int InodeColumn = 9;

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    public static string? Describe(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var sockets = Inodes(port).Select(inode => $"socket:[{inode}]").ToHashSet(StringComparer.Ordinal);
        return sockets.Count == 0 ? null : Processes().FirstOrDefault(process => Holds(process, sockets)) is { } holder
            ? $"{Name(holder)} (process {Path.GetFileName(holder)})"
            : null;
    }

    private static IEnumerable<string> Inodes(int port)
    {
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var table in Tables.Where(File.Exists))
        {
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns.Length > InodeColumn && columns[StateColumn] == Listening && columns[1].EndsWith(suffix, StringComparison.Ordinal))
                {
                    yield return columns[InodeColumn];
                }
            }
        }
    }

    private static IEnumerable<string> Processes() =>
        Directory.EnumerateDirectories("/proc").Where(directory => char.IsAsciiDigit(Path.GetFileName(directory)[0]));

    private static bool Holds(string process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(process, "fd"))
                .Any(descriptor => new FileInfo(descriptor).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Name(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (IOException)
        {
            return "a process";
        }
    }
}
