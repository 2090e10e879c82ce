namespace AppHost.Resources;

internal static class RedisExtensions
{
    private const string FsyncSetting = "Redis:Fsync";

    /// <summary>When Redis syncs its append-only file, by <c>Redis:Fsync</c>: each second when that is not set.</summary>
    public static string RedisFsync(this IDistributedApplicationBuilder builder) => builder.Configuration[FsyncSetting] switch
    {
        null => "everysec",
        "everysec" => "everysec",
        "always" => "always",
        var other => throw new DistributedApplicationException($"{FsyncSetting} is '{other}'. Set it to everysec or always."),
    };

    /// <summary>
    /// State must survive a crash and must never be evicted: append-only file, no eviction, a memory limit with refused writes instead of
    /// a killed server.
    /// </summary>
    /// <param name="maxMemory">As in Redis's configuration file, for example <c>1gb</c>.</param>
    /// <param name="fsync">
    /// <c>always</c>: what was acknowledged is on disk. <c>everysec</c>: several times the writes, but where the disk is slow a crash can
    /// cost those of the last two seconds.
    /// </param>
    public static IResourceBuilder<RedisResource> WithDurableState(
        this IResourceBuilder<RedisResource> builder, string maxMemory, string fsync)
    {
        string[] settings =
        [
            "--appendonly", "yes", "--appendfsync", fsync,
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
