namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>Finds programs the way a shell does.</summary>
internal static class ProgramPath
{
    /// <summary>The full path of a program: as given if it has a directory, else from PATH. Null when there is none.</summary>
    public static string? Find(string program, string? workingDirectory = null)
    {
        if (program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
            || program.Contains(Path.AltDirectorySeparatorChar, StringComparison.Ordinal))
        {
            return Candidates(Path.GetFullPath(program, workingDirectory ?? Environment.CurrentDirectory)).FirstOrDefault(IsExecutable);
        }

        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return directories.SelectMany(directory => Candidates(Path.Combine(directory, program))).FirstOrDefault(IsExecutable);
    }

    private static IEnumerable<string> Candidates(string path) =>
        OperatingSystem.IsWindows() ? [path, path + ".exe", path + ".cmd", path + ".bat"] : [path];

    private static bool IsExecutable(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        const UnixFileMode execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & execute) != 0;
    }
}
