namespace Platform.Redis.Keys;

/// <summary>The Redis type of the keys of a family.</summary>
public enum KeyType
{
#pragma warning disable CA1720 // Redis's own word for the type.
    /// <summary>A string, counter or blob.</summary>
    String,
#pragma warning restore CA1720

    /// <summary>A hash.</summary>
    Hash,

    /// <summary>A list.</summary>
    List,

    /// <summary>A set.</summary>
    Set,

    /// <summary>A sorted set.</summary>
    SortedSet,

    /// <summary>A stream.</summary>
    Stream,
}
