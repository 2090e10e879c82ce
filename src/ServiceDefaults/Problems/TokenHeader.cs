namespace Platform.ServiceDefaults.Problems;

/// <summary>Of an endpoint that takes the access token in another header than <c>Authorization</c>, so that callers without one are told of it.</summary>
public sealed record TokenHeader(string Name);
