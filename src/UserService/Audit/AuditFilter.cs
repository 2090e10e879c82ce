using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Platform.Redis.Events;
using StackExchange.Redis;
using UserService.Http;

namespace UserService.Audit;

/// <summary>Which events are asked for.</summary>
/// <param name="Action">An action, or the beginning of several that ends with a dot, such as <c>session.</c></param>
/// <param name="Outcome"><c>success</c> or <c>refused</c>.</param>
/// <param name="Since">From when on.</param>
/// <param name="Until">Up to when.</param>
/// <param name="Cursor">The <c>nextCursor</c> of the page before.</param>
/// <param name="Limit">How many, 50 by default, 200 at most.</param>
internal readonly record struct AuditFilter(
    [property: FromQuery(Name = "action")] string? Action,
    [property: FromQuery(Name = "outcome")] string? Outcome,
    [property: FromQuery(Name = "since")] DateTimeOffset? Since,
    [property: FromQuery(Name = "until")] DateTimeOffset? Until,
    [property: FromQuery(Name = "cursor")] string? Cursor,
    [property: FromQuery(Name = "limit")] int? Limit)
{
    public const int DefaultPage = 50;
    public const int LargestPage = 200;
    private const int LongestAction = 64;

    public int Size => Math.Clamp(Limit ?? DefaultPage, 1, LargestPage);

    /// <summary>The oldest id that can be asked for.</summary>
    public RedisValue Oldest => Since is { } since ? since.ToUnixTimeMilliseconds() : "-";

    /// <summary>The newest.</summary>
    public RedisValue Newest => Cursor is not null ? "(" + Cursor : Until is { } until ? until.ToUnixTimeMilliseconds() : "+";

    public bool Fits(StreamEntry entry) =>
        (Action is null || ActionFits((string?)entry["action"] ?? "", Action))
        && (Outcome is null || entry["outcome"] == Outcome);

    public ProblemHttpResult? Check()
    {
        var errors = new ValidationErrors();
        errors.When(Action is { Length: 0 or > LongestAction }, "action", "Send an action such as session.started, or a beginning such as session.");
        errors.When(Outcome is not (null or "success" or "refused"), "outcome", "Send success or refused, or none for both.");
        errors.When(IsOutOfRange(Since) || IsOutOfRange(Until), "since", "Send times from 1970 on.");
        errors.When(Cursor is not null && !IsId(Cursor), "cursor", "Send the nextCursor of the page before, or none.");
        return errors.Any ? errors.ToProblem() : null;
    }

    private static bool ActionFits(string action, string wanted) =>
        wanted.EndsWith('.') ? action.StartsWith(wanted, StringComparison.Ordinal) : action == wanted;

    private static bool IsOutOfRange(DateTimeOffset? time) => time < DateTimeOffset.UnixEpoch;

    private static bool IsId(string cursor) => EventPosition.TryParse(cursor, out var position) && position.Epoch.Length == 0;
}
