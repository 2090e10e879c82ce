namespace AppHost.Resources;

internal static class RedisExtensions
{
    /// <summary>
    /// State must survive a crash and must never be evicted: append-only file, fsync every second, no eviction, a memory limit with
    /// refused writes instead of a killed server.
    /// </summary>
    /// <param name="maxMemory">As in Redis's configuration file, for example <c>1gb</c>.</param>
    public static IResourceBuilder<RedisResource> WithDurableState(this IResourceBuilder<RedisResource> builder, string maxMemory)
    {
        string[] settings =
        [
            "--appendonly", "yes", "--appendfsync", "everysec",
            "--maxmemory", maxMemory, "--maxmemory-policy", "noeviction",
            "--lazyfree-lazy-expire", "yes", "--lazyfree-lazy-user-del", "yes",
        ];

        return builder.WithArgs(context =>
        {
            // Deployed, the server's command line is one string after "-c" that a shell takes apart: arguments added beside it would
            // be the shell's, and lost. Locally it is separate words.
            if (context.Args is [.., string commandLine] && commandLine.StartsWith("redis-server ", StringComparison.Ordinal))
            {
                context.Args[^1] = $"{commandLine} {string.Join(' ', settings)}";
                return;
            }

            foreach (var setting in settings)
            {
                context.Args.Add(setting);
            }
        });
    }

    /// <summary>Gives a service its logical database of the one Redis: the same connection string with <c>defaultDatabase</c>.</summary>
    public static IResourceBuilder<ProjectResource> WithRedisDatabase(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<RedisResource> redis, int database)
    {
        var number = database.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return builder.WithEnvironment(
            $"ConnectionStrings__{redis.Resource.Name}", ReferenceExpression.Create($"{redis},defaultDatabase={number}"));
    }
}
