using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Platform.Tasks.DeadLetters;

namespace TaskService.DeadLetters;

/// <summary>Which dead letters are meant; all where nothing is said.</summary>
internal sealed class DeadLetterQuery
{
    [FromQuery(Name = "type")]
    public string? Type { get; init; }

    [Description("The code of the error, or words of its message."), MaxLength(200)]
    [FromQuery(Name = "error")]
    public string? Error { get; init; }

    [Description("Given up then or later.")]
    [FromQuery(Name = "from")]
    public DateTimeOffset? From { get; init; }

    [Description("Given up before.")]
    [FromQuery(Name = "to")]
    public DateTimeOffset? To { get; init; }

    public DeadLetterFilter ToFilter() => new(Type, Error, From, To);
}

/// <summary>Which dead letters to try again; all where nothing is said.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed class ReplayDeadLettersRequest
{
    public string? Type { get; init; }

    [Description("The code of the error, or words of its message."), MaxLength(200)]
    public string? Error { get; init; }

    [Description("Given up then or later.")]
    public DateTimeOffset? From { get; init; }

    [Description("Given up before.")]
    public DateTimeOffset? To { get; init; }

    [Description("Only counts what would be tried again.")]
    public bool DryRun { get; init; }

    public DeadLetterFilter ToFilter() => new(Type, Error, From, To);
}

/// <param name="Count">How many dead letters are meant.</param>
internal sealed record DeadLetterCountResponse(long Count);
