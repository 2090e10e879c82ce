namespace Platform.Contracts.People;

/// <summary>What was erased of one kind.</summary>
/// <param name="Kind">In lower case, such as <c>sessions</c> or <c>notifications</c>.</param>
/// <param name="Count">How many. Where a call was repeated after its answer was lost, what the lost one had removed is not counted again.</param>
public sealed record ErasedItems(string Kind, long Count);
