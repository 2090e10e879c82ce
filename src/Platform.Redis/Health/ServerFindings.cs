using System.Globalization;

namespace Platform.Redis.Health;

/// <summary>Judges a server's facts. Each finding names the command that mends it.</summary>
internal static class ServerFindings
{
    private const double Headroom = 0.8;

    private static readonly Version OldestRedis = new(7, 0);
    private static readonly Version OldestValkey = new(7, 2);

    /// <param name="facts">What the server tells now.</param>
    /// <param name="before">What it told when it was last looked at; null at the first look.</param>
    /// <param name="passwordExpected">Whether one without a password is a finding.</param>
    /// <param name="hasPassword">Whether this service gives one.</param>
    public static List<RedisFinding> Of(ServerFacts facts, ServerFacts? before, bool passwordExpected, bool hasPassword)
    {
        var findings = new List<RedisFinding>();
        AddAccess(findings, facts, passwordExpected, hasPassword);
        if (facts.InfoReadable)
        {
            AddVersion(findings, facts);
            AddMemory(findings, facts);
            AddPersistence(findings, facts);
            AddLag(findings, facts, before);
        }

        return findings;
    }

    private static void AddAccess(List<RedisFinding> findings, ServerFacts facts, bool passwordExpected, bool hasPassword)
    {
        if (passwordExpected && !hasPassword)
        {
            findings.Add(new("password-missing", RedisFindingSeverity.Error, "no password", "a password",
                "CONFIG SET requirepass <password>, then password=<password> in the connection string"));
        }

        if (!facts.InfoReadable)
        {
            findings.Add(new("config-unreadable", RedisFindingSeverity.Warning, "INFO and CONFIG refused", "INFO and CONFIG GET allowed",
                "ACL SETUSER <user> +info +config|get"));
        }
        else if (!facts.ConfigReadable)
        {
            findings.Add(new("config-unreadable", RedisFindingSeverity.Information, "CONFIG GET refused", "CONFIG GET allowed",
                "ACL SETUSER <user> +config|get"));
        }
    }

    private static void AddVersion(List<RedisFinding> findings, ServerFacts facts)
    {
        var (server, text, oldest) = facts.Info("valkey_version") is { } valkey
            ? ("Valkey", valkey, OldestValkey)
            : ("Redis", facts.Info("redis_version"), OldestRedis);
        if (Version.TryParse(text, out var version) && version < oldest)
        {
            findings.Add(new("server-too-old", RedisFindingSeverity.Error, $"{server} {version}", $"Redis {OldestRedis} or Valkey {OldestValkey}, or newer",
                $"Upgrade the server to {server} {oldest} or newer"));
        }
    }

    private static void AddMemory(List<RedisFinding> findings, ServerFacts facts)
    {
        if (facts.Info("maxmemory_policy") is { } policy and not "noeviction")
        {
            findings.Add(new("eviction-policy-unsafe", RedisFindingSeverity.Error, policy, "noeviction", "CONFIG SET maxmemory-policy noeviction"));
        }

        if (facts.Number("maxmemory") is not { } limit)
        {
            return;
        }

        if (limit == 0)
        {
            findings.Add(new("maxmemory-unset", RedisFindingSeverity.Warning, "0", "a limit below the machine's memory", "CONFIG SET maxmemory 1gb"));
        }
        else if (facts.Number("used_memory") is { } used && used > limit * Headroom)
        {
            findings.Add(new("memory-headroom", RedisFindingSeverity.Warning,
                string.Create(CultureInfo.InvariantCulture, $"{100.0 * used / limit:F0} % of {limit} bytes"), "at most 80 %",
                string.Create(CultureInfo.InvariantCulture, $"CONFIG SET maxmemory {limit * 2}")));
        }
    }

    // With everysec, Redis does not write to the file while it is being synced, for up to 2 s, and acknowledges writes all the same: they are
    // in its own memory then, and end with it.
    private static void AddLag(List<RedisFinding> findings, ServerFacts facts, ServerFacts? before)
    {
        if (before is null || facts.Config("appendfsync") == "always" || facts.Info("run_id") != before.Info("run_id"))
        {
            return;
        }

        var (delayed, known) = (facts.Number("aof_delayed_fsync") ?? 0, before.Number("aof_delayed_fsync") ?? 0);
        var more = delayed >= known ? delayed - known : delayed;
        var pending = facts.Number("aof_pending_bio_fsync") > 0 && before.Number("aof_pending_bio_fsync") > 0;
        if (more > 0 || pending)
        {
            var seen = more > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{more} times since the last look, writes waited for a sync as long as they may")
                : "a sync was under way at two looks in a row";
            findings.Add(new("aof-behind", RedisFindingSeverity.Warning,
                $"{seen}: acknowledged writes of the last 2 s may not be on disk, and are lost if the server is killed",
                "syncs that end at once", "CONFIG SET appendfsync always, or give the server's dir a faster disk"));
        }
    }

    private static void AddPersistence(List<RedisFinding> findings, ServerFacts facts)
    {
        if (facts.Info("aof_enabled") == "0")
        {
            findings.Add(new("aof-off", RedisFindingSeverity.Error, "no", "yes", "CONFIG SET appendonly yes"));
        }
        else if (facts.Config("appendfsync") == "no")
        {
            findings.Add(new("aof-fsync-off", RedisFindingSeverity.Error, "no", "everysec or always", "CONFIG SET appendfsync everysec"));
        }

        if (facts.Info("aof_last_write_status") is { } write and not "ok")
        {
            findings.Add(new("aof-write-failed", RedisFindingSeverity.Error, write, "ok",
                "Free space on the disk of the server's dir; it resumes writing by itself"));
        }

        if (facts.Info("aof_last_bgrewrite_status") is { } rewrite and not "ok")
        {
            findings.Add(new("aof-rewrite-failed", RedisFindingSeverity.Warning, rewrite, "ok", "BGREWRITEAOF, after freeing disk and memory"));
        }
    }
}
