namespace Platform.Redis.Keys;

/// <summary>Keys of one shape and one purpose: a row of the key registry.</summary>
/// <param name="Name">In kebab-case; the second part of the key.</param>
/// <param name="Version">Rises when the shape of the value changes.</param>
/// <param name="Type">The Redis type.</param>
/// <param name="Ttl">How long a key may live.</param>
/// <param name="Bound">What keeps the number and size of the keys bounded.</param>
/// <param name="Owner">The feature that writes them.</param>
/// <param name="PersonalData">Whether a value may hold personal data.</param>
/// <param name="Purpose">What they are for.</param>
public sealed record KeyFamily(
    string Name,
    int Version,
    KeyType Type,
    KeyTtl Ttl,
    string Bound,
    string Owner,
    bool PersonalData,
    string Purpose);
