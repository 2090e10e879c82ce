using System.Globalization;

namespace Platform.Benchmarks;

/// <summary>The command line: switches, <c>--name value</c> pairs, and at most one word that filters.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string?> _values = [];

    /// <param name="arguments">What was given.</param>
    /// <param name="switches">The names that take no value.</param>
    public Arguments(string[] arguments, params string[] switches)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                Filter = argument;
            }
            else if (switches.Contains(argument))
            {
                _values[argument] = null;
            }
            else
            {
                _values[argument] = i + 1 < arguments.Length ? arguments[++i] : throw new ArgumentException($"{argument} lacks its value.");
            }
        }
    }

    /// <summary>The word without a name: what the names of the scenarios to run contain.</summary>
    public string? Filter { get; }

    public bool Has(string name) => _values.ContainsKey(name);

    public T Read<T>(string name, T fallback)
        where T : IParsable<T>
        => _values.TryGetValue(name, out var value) ? T.Parse(value!, CultureInfo.InvariantCulture) : fallback;
}
