using Microsoft.OpenApi;
using Platform.Contracts.Privacy;

namespace PrivacyService.Pseudonyms;

/// <summary>
/// OpenAPI has one operation per path and method, whatever the media type. So the form for lines is described as a part of the
/// form for documents, its options being query parameters.
/// </summary>
internal static class LinesDescription
{
    private static readonly (string Name, string Text)[] Parameters =
    [
        ("field", "Lines only: a property name or path whose values are replaced whole; may be repeated."),
        ("detect", "Lines only: whether personal data is found in all other text; on unless false."),
        ("scope", "Lines only: within it the same value has the same pseudonym."),
        ("ttl", "Lines only: seconds for which the originals can be had back."),
    ];

    public static RouteHandlerBuilder DescribeLines(this RouteHandlerBuilder endpoint) => endpoint.AddOpenApiOperationTransformer(
        static (operation, _, _) =>
        {
            var lines = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            operation.RequestBody?.Content?.Add(PrivacyClient.LinesMediaType, lines);
            if (operation.Responses?.TryGetValue("200", out var answer) == true)
            {
                answer.Content?.Add(PrivacyClient.LinesMediaType, lines);
            }

            operation.Parameters ??= [];
            foreach (var (name, text) in Parameters)
            {
                operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = text });
            }

            return Task.CompletedTask;
        });
}
