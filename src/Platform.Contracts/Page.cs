namespace Platform.Contracts;

/// <summary>One page of a list in key order. Ask for the next with <c>?cursor=</c> <see cref="NextCursor"/>; null means the list ends here.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
