namespace Platform.TestKit;

/// <summary>Looks programs up as a shell does.</summary>
internal static class ProgramPath
{
    public static string? Find(string name)
        => (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
}
