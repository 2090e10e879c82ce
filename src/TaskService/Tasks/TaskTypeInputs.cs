using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.Handlers;

namespace TaskService.Tasks;

/// <summary>Types and payloads as callers name them: what does not fit is refused, with what to change.</summary>
internal static class TaskTypeInputs
{
    /// <param name="types">Those that there are.</param>
    /// <param name="name">As the caller names it.</param>
    /// <param name="isAdmin">Whether the service's own types are meant too; those that only code enqueues never are.</param>
    /// <exception cref="ProblemException">There is no such type.</exception>
    public static TaskType Required(this TaskTypes types, string? name, bool isAdmin)
    {
        var type = types.Find(name ?? "");
        return type is not null && IsMeant(type) ? type : throw new ProblemException(
            StatusCodes.Status400BadRequest, string.IsNullOrEmpty(name) ? "missing_type" : "unknown_type",
            string.IsNullOrEmpty(name) ? "The type of the task is missing" : "There is no such type of task",
            $"Set type to one of: {string.Join(", ", types.All.Where(IsMeant).Select(known => known.Name).Order(StringComparer.Ordinal))}.");

        bool IsMeant(TaskType one) => !one.Options.IsInternal && (isAdmin || !one.Options.IsRestricted);
    }

    /// <exception cref="ProblemException">The payload is not what the type takes.</exception>
    public static object DecodeValid(this TaskType type, JsonElement json)
    {
        object payload;
        try
        {
            payload = type.Decode(json);
        }
        catch (JsonException exception)
        {
            throw DoesNotFit(type, exception);
        }

        EnsureValid(payload);
        return payload;
    }

    public static ProblemException DoesNotFit(TaskType type, JsonException exception)
    {
        string[] members = [.. type.Members];
        return JsonSubmission.Invalid(
            $"The payload does not fit the type {type.Name} at {exception.Path ?? "$"}.{(members.Length > 0 ? $" It may have: {string.Join(", ", members)}." : "")}");
    }

    /// <exception cref="ProblemException">It may not be asked for.</exception>
    public static void Ensure(this IEnumerable<ISubmitRule> rules, object payload, string? person)
    {
        foreach (var rule in rules)
        {
            rule.Ensure(payload, person);
        }
    }

    /// <exception cref="ProblemException">The payload is not what the type takes.</exception>
    public static void EnsureValid(object payload)
    {
        var errors = new List<ValidationResult>();
        if (!Validator.TryValidateObject(payload, new ValidationContext(payload), errors, validateAllProperties: true))
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "invalid_payload", "The task is not valid", string.Join(" ", errors.Select(error => error.ErrorMessage)));
        }
    }
}
