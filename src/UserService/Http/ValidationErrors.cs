using Microsoft.AspNetCore.Http.HttpResults;

namespace UserService.Http;

/// <summary>Everything that is wrong with a request, by the name of the property, so that a form can show all of it at once.</summary>
internal sealed class ValidationErrors
{
    private readonly Dictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    public bool Any => _errors.Count > 0;

    public void When(bool wrong, string property, string message)
    {
        if (wrong)
        {
            Add(property, message);
        }
    }

    public void Add(string property, string message)
    {
        if (!_errors.TryGetValue(property, out var messages))
        {
            _errors[property] = messages = [];
        }

        messages.Add(message);
    }

    public ProblemHttpResult ToProblem() => TypedResults.Problem(new HttpValidationProblemDetails(
        _errors.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray(), StringComparer.Ordinal))
    {
        Status = StatusCodes.Status400BadRequest,
        Title = "The request is not valid",
        Detail = "Correct what errors names and send the request again.",
    });
}
