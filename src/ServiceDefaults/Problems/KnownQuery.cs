using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Platform.ServiceDefaults.Problems;

/// <summary>
/// Refuses a query with parameters that the route does not know: a filter that is misspelt and passed over would mean more than was asked for, and a
/// deletion would take what was to stay; an option that is would not protect what it was to.
/// </summary>
public static class KnownQuery
{
    private const int LongestEcho = 64;

    /// <summary>400 <c>unknown_parameter</c> for a query with a parameter that the route has not.</summary>
    /// <remarks>What a route knows is read once from its handler: simple parameters, and what <c>[AsParameters]</c> gathers.</remarks>
    public static TBuilder RefusesUnknownQuery<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.FilterFactories.Add((context, next) =>
        {
            var inPath = ((RouteEndpointBuilder)endpoint).RoutePattern.Parameters.Select(parameter => parameter.Name);
            string[] known = [.. context.MethodInfo.GetParameters().SelectMany(NamesOf).Except(inPath, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            return invocation =>
            {
                Ensure(invocation.HttpContext, known);
                return next(invocation);
            };
        }));
        return builder;
    }

    /// <exception cref="ProblemException">One is not known.</exception>
    private static void Ensure(HttpContext http, string[] known)
    {
        if (http.Request.Query.Keys.FirstOrDefault(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            // A name that a caller made up may be somebody's, as those in bodies.
            var mayBeNamed = http.RequestServices.GetRequiredService<IOptions<JsonProblemOptions>>().Value.NamesUnknownMembers;
            var name = mayBeNamed ? $"There is no '{(unknown.Length > LongestEcho ? unknown[..LongestEcho] : unknown)}'. " : "";
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "unknown_parameter", "There is no such parameter",
                name + (known.Length == 0 ? "Send none in the query." : $"Send no others in the query than: {string.Join(", ", known)}."));
        }
    }

    private static IEnumerable<string> NamesOf(ParameterInfo parameter) => parameter.GetCustomAttribute<AsParametersAttribute>() is not null
        ? parameter.ParameterType.GetProperties().Select(property => property.GetCustomAttribute<FromQueryAttribute>()?.Name).OfType<string>()
        : IsSimple(parameter.ParameterType) ? [parameter.Name!] : [];

    private static bool IsSimple(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var plain
        && (plain.IsPrimitive || plain == typeof(string) || plain == typeof(DateTimeOffset));
}
