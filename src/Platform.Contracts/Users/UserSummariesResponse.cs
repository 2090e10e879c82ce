namespace Platform.Contracts.Users;

/// <summary>Those of the people asked for whom there are.</summary>
public sealed record UserSummariesResponse(IReadOnlyList<UserSummary> Items);
