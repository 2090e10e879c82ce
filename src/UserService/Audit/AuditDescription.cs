using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace UserService.Audit;

/// <summary>
/// The query of <see cref="AuditFilter"/> in the description of the API. By hand, because the framework fails over validation attributes on
/// <c>[AsParameters]</c>.
/// </summary>
internal static class AuditDescription
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["userId"] = "One account; all accounts where left out.",
        ["action"] = "An action, or the beginning of several that ends with a dot, such as session.",
        ["outcome"] = "Whether what was tried was done.",
        ["since"] = "From when on.",
        ["until"] = "Up to when.",
        ["cursor"] = "The nextCursor of the page before.",
        ["limit"] = "How many at most.",
    };

    public static RouteHandlerBuilder DescribesFilter(this RouteHandlerBuilder endpoint) => endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            parameter.Description = Texts[parameter.Name!];
            if (parameter is { Name: "limit", Schema: OpenApiSchema limit })
            {
                limit.Minimum = "1";
                limit.Maximum = AuditFilter.LargestPage.ToString(CultureInfo.InvariantCulture);
                limit.Default = AuditFilter.DefaultPage;
            }

            if (parameter is { Name: "outcome", Schema: OpenApiSchema outcome })
            {
                outcome.Enum = [JsonValue.Create("success"), JsonValue.Create("refused")];
            }
        }

        return Task.CompletedTask;
    });
}
