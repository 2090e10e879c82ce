using Microsoft.Extensions.Primitives;
using Platform.ServiceDefaults.Problems;

namespace TaskService.Tasks;

/// <summary>
/// The options that come with a file of records, from the query or from the form. One that nobody asked for is refused: a misspelt
/// option that is passed over would leave personal data in the result.
/// </summary>
internal sealed class TaskOptionsReader
{
    private readonly Dictionary<string, StringValues> _options = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public void Add(string name, StringValues values) => _options[name] = StringValues.Concat(_options.GetValueOrDefault(name), values);

    public string? One(string name) => All(name) switch
    {
        [] => null,
        [var value] => value,
        _ => throw Invalid($"Give {name} once."),
    };

    public IReadOnlyList<string> All(string name)
    {
        _asked.Add(name);
        return [.. _options.GetValueOrDefault(name).Select(value => value ?? "")];
    }

    public bool Flag(string name) => One(name) switch
    {
        null => false,
        "true" => true,
        "false" => false,
        _ => throw Invalid($"{name} is true or false."),
    };

    public void EnsureAllAsked()
    {
        foreach (var name in _options.Keys)
        {
            if (!_asked.Contains(name))
            {
                throw Invalid($"There is no option of the name that was given. Options: {string.Join(", ", _asked.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    private static ProblemException Invalid(string detail) => new(StatusCodes.Status400BadRequest, "invalid_option", "An option is not valid", detail);
}
