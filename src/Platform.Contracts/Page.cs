namespace Platform.Contracts;

/// <summary>One page of a list in key order.</summary>
/// <param name="Items">The things on this page; there may be fewer than were asked for, and none, before the list ends.</param>
/// <param name="NextCursor">What to send as <c>cursor</c> for the next page; null where the list ends here.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
