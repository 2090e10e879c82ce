using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Detection;

namespace PrivacyService.Pseudonyms;

/// <summary>What the form for lines says in its query, since its body is the lines: as <see cref="PseudonymizeRequest"/>, by names in the singular where there may be several.</summary>
internal sealed class LinesQuery
{
    [FromQuery(Name = "field"), Description("A property name or path whose values are replaced whole; may be repeated.")]
    public string[]? Fields { get; init; }

    [FromQuery(Name = "exceptField")]
    public string[]? ExceptFields { get; init; }

    [FromQuery(Name = "detect")]
    public bool? Detect { get; init; }

    [FromQuery(Name = "scope")]
    public string? Scope { get; init; }

    [FromQuery(Name = "owner"), Description("Whose data it is; services only.")]
    public string? Owner { get; init; }

    [FromQuery(Name = "ttl"), Description("Seconds for which the originals can be had back.")]
    public long? TimeToLive { get; init; }

    [FromQuery(Name = "style"), Description("What pseudonyms look like: token or format.")]
    public string? Style { get; init; }

    [FromQuery(Name = "type")]
    public string[]? Types { get; init; }

    [FromQuery(Name = "exceptType")]
    public string[]? ExceptTypes { get; init; }

    [FromQuery(Name = "dictionary"), Description("A value to find, after its type and a colon: person_name:Ada Lovelace.")]
    public string[]? Dictionary { get; init; }

    [FromQuery(Name = "pattern"), Description("A regular expression, after its type and a colon: ticket:T-[0-9]+.")]
    public string[]? Patterns { get; init; }

    [FromQuery(Name = "allow")]
    public string[]? Allow { get; init; }

    [FromQuery(Name = "deny")]
    public string[]? Deny { get; init; }

    /// <exception cref="ProblemException">A value or a pattern has no type.</exception>
    public DetectionWishes Wishes() => new()
    {
        Types = Types is { Length: > 0 } ? Types : null,
        ExceptTypes = ExceptTypes,
        Dictionary = Typed(Dictionary, "dictionary").GroupBy(value => value.Type, value => value.Value)
            .ToDictionary(type => type.Key, IReadOnlyList<string> (type) => [.. type]),
        Patterns = [.. Typed(Patterns, "pattern").Select(pattern => new PatternWish(pattern.Type, pattern.Value))],
        Allow = Allow,
        Deny = Deny,
    };

    private static IEnumerable<(string Type, string Value)> Typed(string[]? values, string parameter) => (values ?? []).Select(value =>
        value.Split(':', 2) is [var type, var rest]
            ? (type, rest)
            : throw new ProblemException(
                StatusCodes.Status400BadRequest, "missing_type", "Of which type?", $"Write the type and a colon before each {parameter}."));
}
