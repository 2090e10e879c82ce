namespace Platform.Contracts.People;

/// <summary>What one call erased of a person.</summary>
/// <param name="Done">Whether nothing is left; if not, call again.</param>
/// <param name="Items">What was removed, or made unreadable, by this call.</param>
public sealed record ErasureResponse(bool Done, IReadOnlyList<ErasedItems> Items);
