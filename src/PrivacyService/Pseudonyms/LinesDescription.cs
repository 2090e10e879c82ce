using Microsoft.OpenApi;
using Platform.Contracts.Privacy;

namespace PrivacyService.Pseudonyms;

/// <summary>
/// OpenAPI has one operation per path and method, whatever the media type. So the form for lines is described as a part of the
/// form for documents, its options being query parameters.
/// </summary>
internal static class LinesDescription
{
    private static readonly (string Name, JsonSchemaType Type, string Text)[] Parameters =
    [
        ("field", JsonSchemaType.Array, "Lines only: a property name or path whose values are replaced whole; may be repeated."),
        ("exceptField", JsonSchemaType.Array, "Lines only: a property name or path whose values stay as they are; may be repeated."),
        ("detect", JsonSchemaType.Boolean, "Lines only: whether personal data is found in all other text; on unless false."),
        ("scope", JsonSchemaType.String, "Lines only: within it the same value has the same pseudonym."),
        ("type", JsonSchemaType.Array, "Lines only: a kind to find; may be repeated, as all that follow. All when not given."),
        ("exceptType", JsonSchemaType.Array, "Lines only: a kind to leave."),
        ("dictionary", JsonSchemaType.Array, "Lines only: a value to find, after its type and a colon: person_name:Ada Lovelace."),
        ("pattern", JsonSchemaType.Array, "Lines only: a regular expression of what to find, after its type and a colon: ticket:T-[0-9]+."),
        ("allow", JsonSchemaType.Array, "Lines only: a value that stays where it is."),
        ("deny", JsonSchemaType.Array, "Lines only: a value that is always found."),
        ("style", JsonSchemaType.String, "Lines only: what pseudonyms look like, token (when not given) or format."),
        ("ttl", JsonSchemaType.Integer, "Lines only: seconds for which the originals can be had back."),
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
            foreach (var (name, type, text) in Parameters)
            {
                var items = type == JsonSchemaType.Array ? new OpenApiSchema { Type = JsonSchemaType.String } : null;
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = name, In = ParameterLocation.Query, Description = text, Schema = new OpenApiSchema { Type = type, Items = items },
                });
            }

            return Task.CompletedTask;
        });
}
