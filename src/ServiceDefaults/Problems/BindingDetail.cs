using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Platform.ServiceDefaults.Problems;

/// <summary>
/// What to send in place of what the framework could not bind. It tells parameters by their C# declaration, in sentences that are all there is to read.
/// </summary>
internal static partial class BindingDetail
{
    /// <returns>The framework's own words where they are no sentence about a parameter.</returns>
    public static string Of(string message, Endpoint? endpoint)
    {
        if (Unbound().Match(message) is { Success: true } unbound)
        {
            return $"Send {NameOf(unbound.Groups["name"].Value, endpoint)} as {Form(unbound.Groups["type"].Value)}.";
        }

        if (Missing().Match(message) is not { Success: true } missing)
        {
            return NoBody().IsMatch(message) ? SendBody : message;
        }

        return missing.Groups["source"].Value switch
        {
            "body" => SendBody,
            "query string" or "route or query string" => $"Send {NameOf(missing.Groups["name"].Value, endpoint)} in the query, as {Form(missing.Groups["type"].Value)}.",
            "header" => $"Send the header {NameOf(missing.Groups["name"].Value, endpoint)}.",
            var source => $"Send {NameOf(missing.Groups["name"].Value, endpoint)} in the {source}.",
        };
    }

    private const string SendBody = "Send a body: JSON, with Content-Type: application/json. The API page (/openapi/v1.json) describes it.";

    private static string NameOf(string parameter, Endpoint? endpoint)
    {
        var attributes = endpoint?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
            .FirstOrDefault(metadata => metadata.Name == parameter)?.ParameterInfo.GetCustomAttributes(inherit: true) ?? [];
        return attributes.OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? attributes.OfType<IFromHeaderMetadata>().FirstOrDefault()?.Name
            ?? char.ToLowerInvariant(parameter[0]) + parameter[1..];
    }

    private static string Form(string type) => WithoutNullable(type) switch
    {
        "int" or "long" or "short" or "byte" or "uint" or "ulong" => "a whole number, not too large",
        "double" or "float" or "decimal" => "a number, such as 1.5",
        "bool" => "true or false",
        "DateTimeOffset" or "DateTime" => "a time, such as 2026-01-31T12:00:00Z",
        "TimeSpan" => "a duration, such as 00:05:00",
        "Guid" => "a UUID",
        "string" => "text",
        _ => "one of the values that the API page (/openapi/v1.json) names",
    };

    private static string WithoutNullable(string type) =>
        type.StartsWith("Nullable<", StringComparison.Ordinal) ? type["Nullable<".Length..^1] : type.TrimEnd('?');

    [GeneratedRegex("^Failed to bind parameter \"(?<type>.+) (?<name>\\w+)\" from ")]
    private static partial Regex Unbound();

    [GeneratedRegex("^Required parameter \"(?<type>.+) (?<name>\\w+)\" was not provided from (?<source>[\\w ]+)\\.")]
    private static partial Regex Missing();

    [GeneratedRegex("^Implicit body inferred for parameter ")]
    private static partial Regex NoBody();
}
