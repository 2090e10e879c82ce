using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Platform.ServiceDefaults.Configuration;

/// <summary>
/// Says of a setting that cannot be read (a word that is none of an enumeration's, a time that is none) which one it is and what it may be, like the
/// validators do of one that can be read and is wrong. The framework names a type.
/// </summary>
internal sealed partial class SettingsFactory<TOptions>(
    IEnumerable<IConfigureOptions<TOptions>> setups, IEnumerable<IPostConfigureOptions<TOptions>> postConfigures,
    IEnumerable<IValidateOptions<TOptions>> validations) : IOptionsFactory<TOptions>
    where TOptions : class
{
    private readonly OptionsFactory<TOptions> _factory = new(setups, postConfigures, validations);

    public TOptions Create(string name)
    {
        try
        {
            return _factory.Create(name);
        }
        catch (InvalidOperationException exception) when (FailureOf(exception) is { } failure)
        {
            throw new OptionsValidationException(name, typeof(TOptions), [failure]);
        }
    }

    /// <summary>Of a setting in a dictionary, the cause is further in.</summary>
    private static string? FailureOf(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (Unreadable().Match(exception.Message) is { Success: true } unreadable)
            {
                return $"{unreadable.Groups["setting"].Value} cannot be read: {Remedy(unreadable.Groups["type"].Value)}";
            }

            if (Unknown().Match(exception.Message) is { Success: true } unknown)
            {
                var type = AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(unknown.Groups["type"].Value)).FirstOrDefault(found => found is not null);
                return $"There is no setting {unknown.Groups["names"].Value}. Those that there are: "
                    + string.Join(", ", type?.GetProperties().Where(property => property.CanWrite).Select(property => property.Name) ?? []) + ".";
            }
        }

        return null;
    }

    private static string Remedy(string type) => AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(type))
        .FirstOrDefault(found => found is not null) switch
    {
        { IsEnum: true } words => $"set it to one of {string.Join(", ", Enum.GetNames(words))}.",
        var found when found == typeof(TimeSpan) => "set it to a time such as 00:05:00, or 30.00:00:00 for 30 days.",
        var found when found == typeof(bool) => "set it to true or false.",
        var found when found == typeof(int) || found == typeof(long) => "set it to a whole number.",
        var found when found == typeof(double) => "set it to a number.",
        var found when found == typeof(Uri) => "set it to an absolute address.",
        _ => "it is not written as such a value is.",
    };

    [GeneratedRegex("^Failed to convert configuration value (?:'.*' )?at '(?<setting>[^']+)' to type '(?<type>[^']+)'", RegexOptions.Singleline)]
    private static partial Regex Unreadable();

    [GeneratedRegex("properties were not found on the instance of (?<type>[^:]+): (?<names>'.*')", RegexOptions.Singleline)]
    private static partial Regex Unknown();
}
