using System.Reflection;
using System.Text.Json;
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
    public static string Of(string message, Endpoint? endpoint, JsonSerializerOptions json)
    {
        if (Unbound().Match(message) is { Success: true } unbound)
        {
            var name = unbound.Groups["name"].Value;
            return $"Send {NameOf(name, endpoint)} as {Form(name, endpoint, json)}.";
        }

        if (Missing().Match(message) is not { Success: true } missing)
        {
            return NoBody().IsMatch(message) ? SendBody : message;
        }

        var parameter = missing.Groups["name"].Value;
        return missing.Groups["source"].Value switch
        {
            "body" => SendBody,
            "query string" or "route or query string" => $"Send {NameOf(parameter, endpoint)} in the query, as {Form(parameter, endpoint, json)}.",
            "header" => $"Send the header {NameOf(parameter, endpoint)}.",
            var source => $"Send {NameOf(parameter, endpoint)} in the {source}.",
        };
    }

    private const string SendBody = "Send a body: JSON, with Content-Type: application/json. The API page (/openapi/v1.json) describes it.";

    private static string NameOf(string parameter, Endpoint? endpoint)
    {
        var attributes = Find(parameter, endpoint)?.GetCustomAttributes(inherit: true) ?? [];
        return attributes.OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? attributes.OfType<IFromHeaderMetadata>().FirstOrDefault()?.Name
            ?? char.ToLowerInvariant(parameter[0]) + parameter[1..];
    }

    private static string Form(string parameter, Endpoint? endpoint, JsonSerializerOptions json) =>
        (Find(parameter, endpoint) is { } declared ? ValueForm.Of(declared.ParameterType, json) : null) ?? "the API page (/openapi/v1.json) describes it";

    private static ParameterInfo? Find(string parameter, Endpoint? endpoint) => endpoint?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
        .FirstOrDefault(metadata => metadata.Name == parameter)?.ParameterInfo;

    [GeneratedRegex("^Failed to bind parameter \".+ (?<name>\\w+)\" from ")]
    private static partial Regex Unbound();

    [GeneratedRegex("^Required parameter \".+ (?<name>\\w+)\" was not provided from (?<source>[\\w ]+)\\.")]
    private static partial Regex Missing();

    [GeneratedRegex("^Implicit body inferred for parameter ")]
    private static partial Regex NoBody();
}
