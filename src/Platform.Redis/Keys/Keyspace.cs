using System.Collections.Frozen;
using StackExchange.Redis;

namespace Platform.Redis.Keys;

/// <summary>Makes the keys and channels of one service: the only place where they are put together.</summary>
public sealed class Keyspace
{
    private readonly FrozenDictionary<KeyFamily, string> _heads;

    /// <summary>The keyspace of a registry, behind an optional further prefix.</summary>
    public Keyspace(KeyRegistry registry, string? keyPrefix = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        Registry = registry;
        Prefix = Normalize(keyPrefix) + registry.Prefix;

        // By reference: comparing records by value would cost more than making the key.
        _heads = registry.Families
            .Select(family => KeyValuePair.Create(family, $"{Prefix}{family.Name}:v{family.Version}:{{"))
            .ToFrozenDictionary(ReferenceEqualityComparer.Instance);
    }

    /// <summary>In front of every key and channel of the service.</summary>
    public string Prefix { get; }

    /// <summary>The families it makes keys of.</summary>
    public KeyRegistry Registry { get; }

    /// <summary>A key: <c>user:session:v1:{ses_9f}</c>.</summary>
    /// <param name="family">A family of this service's registry: the same instance.</param>
    /// <param name="partition">What is kept apart, and on one cluster slot. User input must be encoded, or replaced by an HMAC, before.</param>
    public RedisKey Key(KeyFamily family, string partition) => string.Concat(Head(family), Checked(partition), "}");

    /// <summary>A further key of a partition: <c>user:session:v1:{ses_9f}:part</c>.</summary>
    /// <param name="family">A family of this service's registry: the same instance.</param>
    /// <param name="partition">What is kept apart, and on one cluster slot. User input must be encoded, or replaced by an HMAC, before.</param>
    /// <param name="part">Which of the partition's keys.</param>
    public RedisKey Key(KeyFamily family, string partition, string part) =>
        string.Concat(string.Concat(Head(family), Checked(partition), "}:"), Checked(part));

    /// <summary>All further keys of a partition, for <c>SCAN</c>: <c>user:session:v1:{ses_9f}:*</c>.</summary>
    /// <param name="family">A family of this service's registry: the same instance.</param>
    /// <param name="partition">What is kept apart.</param>
    public RedisValue Pattern(KeyFamily family, string partition) => string.Concat(Head(family), Checked(partition), "}:*");

    /// <summary>A pub/sub channel: <c>user:ch:name</c>. Channels span all databases, so they carry the prefix too.</summary>
    public RedisChannel Channel(string name)
    {
        if (!KeyGrammar.IsName(name))
        {
            throw new ArgumentException($"The channel name '{name}' is not kebab-case.", nameof(name));
        }

        return RedisChannel.Literal($"{Prefix}ch:{name}");
    }

    internal static string Normalize(string? keyPrefix) =>
        string.IsNullOrEmpty(keyPrefix) || keyPrefix.EndsWith(':') ? keyPrefix ?? "" : keyPrefix + ":";

    private string Head(KeyFamily family) => _heads.TryGetValue(family, out var head)
        ? head
        : throw new ArgumentException($"Family '{family?.Name}' is not in the key registry of {Registry.Service}.", nameof(family));

    // The text itself stays out of the message: a rejected partition is likely to be user input.
    private static string Checked(string segment) => KeyGrammar.IsSegment(segment)
        ? segment
        : throw new ArgumentException(
            $"A partition or part of a key is 1 to {KeyGrammar.LongestSegment} of A-Z a-z 0-9 _ . -; encode user input, or take its HMAC.");
}
