namespace Platform.ServiceDefaults.Revocations;

/// <summary>What followed a place of the feed.</summary>
/// <param name="Position">The place to read on from; opaque.</param>
/// <param name="More">Whether more follows at once.</param>
/// <param name="Restarted">
/// Whether the place asked for is not known any more (the feed was lost or restored), so that this page begins anew. What was read before
/// stays true.
/// </param>
/// <param name="Items">The entries, in order.</param>
public sealed record RevocationPage(string Position, bool More, bool Restarted, IReadOnlyList<Revocation> Items);
