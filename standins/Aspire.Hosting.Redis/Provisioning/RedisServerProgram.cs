using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Redis.Provisioning;

/// <summary>A Redis or Valkey server program on this machine.</summary>
internal static class RedisServerProgram
{
    private static readonly string[] Servers = ["redis-server", "valkey-server"];

    // Debian and Ubuntu ship the server inside the tools package, under the name of one of its tools; the program goes by the name
    // it is called by. That package brings no daemon, so nothing starts that nobody asked for.
    private static readonly (string Tool, string Server)[] Disguised = [("redis-check-rdb", "redis-server"), ("valkey-check-rdb", "valkey-server")];

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    /// <summary>The path of a server, or null.</summary>
    public static async Task<string?> FindAsync(CancellationToken cancellationToken) =>
        Servers.Select(name => ProgramPath.Find(name)).FirstOrDefault(path => path is not null)
        ?? await FindDisguisedAsync(cancellationToken).ConfigureAwait(false);

    private static async Task<string?> FindDisguisedAsync(CancellationToken cancellationToken)
    {
        foreach (var (tool, server) in Disguised)
        {
            if (OperatingSystem.IsWindows() || ProgramPath.Find(tool) is not { } program)
            {
                continue;
            }

            var link = Link(program, server);
            var asked = new ProcessSpec { FileName = link, Arguments = ["--version"] };
            var answer = await ProgramRun.RunAsync(asked, AnswerTime, output: null, cancellationToken).ConfigureAwait(false);
            if (answer.Succeeded && answer.Output.Any(line => line.Contains("server v=", StringComparison.Ordinal)))
            {
                return link;
            }
        }

        return null;
    }

    private static string Link(string program, string name)
    {
        var directory = Path.Combine(RedisDataDirectory.Root, "bin");
        Directory.CreateDirectory(directory);
        var link = Path.Combine(directory, name);
        if (new FileInfo(link).LinkTarget == program)
        {
            return link;
        }

        // Made aside and moved: another AppHost may be about to start what is there.
        var fresh = Path.Combine(directory, $"{name}.{Guid.NewGuid():N}");
        File.CreateSymbolicLink(fresh, program);
        File.Move(fresh, link, overwrite: true);
        return link;
    }
}
