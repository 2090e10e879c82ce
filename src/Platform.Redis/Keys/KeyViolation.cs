namespace Platform.Redis.Keys;

/// <summary>A key that does not keep to the registries.</summary>
/// <param name="Database">Where it is.</param>
/// <param name="Key">The key.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Detail">What was found, and what the registry says.</param>
public sealed record KeyViolation(int Database, string Key, KeyViolationKind Kind, string Detail);

/// <summary>What is wrong with a key.</summary>
public enum KeyViolationKind
{
    /// <summary>It belongs to no registered family.</summary>
    Unregistered,

    /// <summary>It is of another type.</summary>
    OtherType,

    /// <summary>It does not expire, and its family does.</summary>
    NoTtl,

    /// <summary>It lives longer than its family may.</summary>
    TtlTooLong,
}
