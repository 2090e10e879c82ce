using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.Items;

namespace TaskService.Tasks;

internal static class TaskListsApi
{
    private const int DefaultPage = 20;
    private const string IdPrefix = "tsk_";

    public static async Task<Results<Ok<Page<TaskResponse>>, ProblemHttpResult>> ListAsync(
        ClaimsPrincipal caller, TaskLists lists, [AsParameters] TaskListQuery query, CancellationToken cancellationToken)
    {
        if (query.Cursor is not null && !PlatformId.IsValid(query.Cursor, "tsk"))
        {
            return Problems.BadRequest("invalid_cursor", "Not a cursor", "Send the nextCursor of the page before, unchanged.");
        }

        TaskState state = default;
        if (query.Status is not null && !TaskStates.TryParse(query.Status, out state))
        {
            return Problems.BadRequest("invalid_status", "Not a status", $"Use one of: {string.Join(", ", Enum.GetValues<TaskState>().Select(one => one.ToWord()))}.");
        }

        if (query.IdPrefix is { } prefix && !IsPrefix(prefix))
        {
            return Problems.BadRequest("invalid_id_prefix", "Not the beginning of an id", "Send tsk_ and up to 26 of 0-9 and a-z.");
        }

        var isAll = query.All == true;
        if (isAll && query.User is not null)
        {
            return Problems.BadRequest("invalid_list", "Whose tasks?", "Send user or all, not both.");
        }

        if (!caller.IsAdmin() && (isAll || (query.User is not null && query.User != caller.UserId())))
        {
            return Problems.Forbidden("not_administrator", "Other people's tasks are the administrators'", "Leave out user and all to see your own.");
        }

        var page = await lists.ListAsync(
            isAll ? null : query.User ?? caller.UserId(),
            new TaskFilter(query.Status is null ? null : state, query.Type, query.CreatedFrom, query.CreatedTo, query.IdPrefix), query.Cursor,
            query.Limit ?? DefaultPage, cancellationToken);
        return TypedResults.Ok(new Page<TaskResponse>([.. page.Items.Select(task => TaskResponse.Of(task, caller.IsAdmin()))], page.NextCursor));
    }

    private static bool IsPrefix(string prefix) => prefix.Length <= PlatformId.New("tsk").Length
        && (IdPrefix.StartsWith(prefix, StringComparison.Ordinal)
            || (prefix.StartsWith(IdPrefix, StringComparison.Ordinal) && prefix.AsSpan(IdPrefix.Length).IndexOfAnyExceptInRange('0', 'z') < 0
                && prefix.All(letter => letter == '_' || char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter))));
}

/// <summary>Which tasks to list.</summary>
internal sealed class TaskListQuery
{
    [Description("Where the page before ended.")]
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    [Range(1, 100), DefaultValue(20)]
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [Description("waiting, queued, running, succeeded, failed, dead or cancelled.")]
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    [FromQuery(Name = "type")]
    public string? Type { get; init; }

    [Description("Submitted then or later.")]
    [FromQuery(Name = "createdFrom")]
    public DateTimeOffset? CreatedFrom { get; init; }

    [Description("Submitted before.")]
    [FromQuery(Name = "createdTo")]
    public DateTimeOffset? CreatedTo { get; init; }

    [Description("What the id begins with, tsk_ included.")]
    [FromQuery(Name = "idPrefix")]
    public string? IdPrefix { get; init; }

    [Description("Whose tasks; for administrators.")]
    [FromQuery(Name = "user")]
    public string? User { get; init; }

    [Description("Everybody's tasks, and those that nobody owns; for administrators.")]
    [FromQuery(Name = "all")]
    public bool? All { get; init; }
}
