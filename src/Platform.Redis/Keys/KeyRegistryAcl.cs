using System.Text.RegularExpressions;

namespace Platform.Redis.Keys;

/// <summary>The key registry as a line of an ACL file: the service reaches its own keys and channels, and no dangerous command.</summary>
public static partial class KeyRegistryAcl
{
    // What the client, the scripts and the health check need beyond reading and writing: categories first, then the exceptions.
    private const string Commands = "-@all +@read +@write +@stream +@pubsub +@scripting +@transaction +@connection +@fast "
        + "-@dangerous -@admin -@blocking +info +config|get +cluster|nodes +time";

    /// <summary>The line for a service's user.</summary>
    /// <param name="registry">Its keys.</param>
    /// <param name="passwordHash">
    /// The SHA-256 of its password, in hexadecimal. Without it the user exists and nobody can sign in as it until a password is added.
    /// </param>
    /// <param name="keyPrefix">What stands in front of the service's own prefix, if anything: <see cref="RedisOptions.KeyPrefix"/>.</param>
    public static string Render(KeyRegistry registry, string? passwordHash = null, string? keyPrefix = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        if (passwordHash is not null && !Sha256().IsMatch(passwordHash))
        {
            throw new ArgumentException("A password hash is 64 lower-case hexadecimal digits: the password's SHA-256.", nameof(passwordHash));
        }

        var prefix = Keyspace.Normalize(keyPrefix) + registry.Prefix;
        var password = passwordHash is null ? "resetpass" : $"resetpass #{passwordHash}";
        return $"user {registry.Service} on {password} resetkeys ~{prefix}* resetchannels &{prefix}* {Commands}";
    }

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Sha256();
}
