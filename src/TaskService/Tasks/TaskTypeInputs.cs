using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.Handlers;

namespace TaskService.Tasks;

/// <summary>Types and payloads as callers name them: what does not fit is refused, with what to change.</summary>
internal static class TaskTypeInputs
{
    /// <exception cref="ProblemException">There is no such type.</exception>
    public static TaskType Required(this TaskTypes types, string? name) => name switch
    {
        null or "" => throw new ProblemException(
            StatusCodes.Status400BadRequest, "missing_type", "The type of the task is missing", $"Set type to one of: {string.Join(", ", types.Names)}."),
        _ => types.Find(name) ?? throw new ProblemException(
            StatusCodes.Status400BadRequest, "unknown_type", "There is no such type of task", $"Set type to one of: {string.Join(", ", types.Names)}."),
    };

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
            throw JsonSubmission.Invalid($"The payload does not fit the type {type.Name} at {exception.Path ?? "$"}.");
        }

        EnsureValid(payload);
        return payload;
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
