using System.Text.Json;

namespace Platform.Contracts.People;

/// <summary>One thing that a service keeps about a person. The records of a part come one after the other.</summary>
/// <param name="Part">What it is a part of, such as <c>sessions</c>.</param>
/// <param name="Record">What is kept; null at the beginning of each part, so that an empty one is told of too.</param>
public sealed record PersonalRecord(string Part, JsonElement? Record);
