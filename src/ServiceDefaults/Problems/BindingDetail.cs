using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Platform.ServiceDefaults.Problems;

/// <summary>
/// What to send in place of what the framework could not bind. It tells parameters by their C# declaration, in sentences that are all there is to read.
/// </summary>
internal static partial class BindingDetail
{
    private static readonly MethodInfo Parses = typeof(BindingDetail).GetMethod(nameof(IsParsed), BindingFlags.NonPublic | BindingFlags.Static)!;

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

    /// <summary>Finds what could not be bound: of optional parameters the framework's generated code says no more than 400.</summary>
    /// <returns>Null where all of the query can be read.</returns>
    public static string? OfQuery(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        var unbound = endpoint?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>().FirstOrDefault(parameter =>
            parameter.HasTryParse && http.Request.Query[NameOf(parameter.Name, endpoint)] is [{ Length: > 0 } text] && !CanBeRead(parameter.ParameterInfo.ParameterType, text));
        return unbound is null
            ? null
            : $"Send {NameOf(unbound.Name, endpoint)} as {Form(unbound.Name, endpoint, http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions)}.";
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

    private static bool CanBeRead(Type type, string text)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum
            ? Enum.TryParse(type, text, ignoreCase: true, out _)
            : !type.IsAssignableTo(typeof(IParsable<>).MakeGenericType(type)) || (bool)Parses.MakeGenericMethod(type).Invoke(null, [text])!;
    }

    private static bool IsParsed<T>(string text) where T : IParsable<T> => T.TryParse(text, CultureInfo.InvariantCulture, out _);

    [GeneratedRegex("^Failed to bind parameter \".+ (?<name>\\w+)\" from ")]
    private static partial Regex Unbound();

    [GeneratedRegex("^Required parameter \".+ (?<name>\\w+)\" was not provided from (?<source>[\\w ]+)\\.")]
    private static partial Regex Missing();

    [GeneratedRegex("^Implicit body inferred for parameter ")]
    private static partial Regex NoBody();
}
