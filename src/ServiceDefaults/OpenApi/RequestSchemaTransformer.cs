using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Platform.ServiceDefaults.OpenApi;

/// <summary>
/// In a request, required is what has to be there: a property that may be null, or has a default, may be left out. (In an answer it means that the property
/// is always there, null or not.) What has to be there and is checked by hand carries <c>[Required]</c>.
/// </summary>
internal sealed class RequestSchemaTransformer : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var bodies = document.Paths.Values.SelectMany(path => path.Operations?.Values.AsEnumerable() ?? [])
            .SelectMany(operation => operation.RequestBody?.Content?.Values.AsEnumerable() ?? []);
        foreach (var body in bodies)
        {
            Visit(body.Schema, seen, document);
        }

        return Task.CompletedTask;
    }

    private static void Visit(IOpenApiSchema? schema, HashSet<string> seen, OpenApiDocument document)
    {
        if (schema is OpenApiSchemaReference reference)
        {
            if (reference.Reference.Id is { } id && seen.Add(id))
            {
                Visit(document.Components?.Schemas is { } schemas && schemas.TryGetValue(id, out var target) ? target : null, seen, document);
            }

            return;
        }

        if (schema is not OpenApiSchema own)
        {
            return;
        }

        var properties = own.Properties ?? new Dictionary<string, IOpenApiSchema>();
        foreach (var (name, property) in properties)
        {
            if (MayBeLeftOut(property))
            {
                own.Required?.Remove(name);
            }
        }

        IOpenApiSchema?[] parts = [.. properties.Values, .. own.OneOf ?? [], .. own.AnyOf ?? [], .. own.AllOf ?? [], own.Items, own.AdditionalProperties];
        foreach (var part in parts)
        {
            Visit(part, seen, document);
        }
    }

    private static bool MayBeLeftOut(IOpenApiSchema property) =>
        property.Default is not null || property.Type?.HasFlag(JsonSchemaType.Null) == true
        || property.OneOf?.Any(alternative => alternative.Type == JsonSchemaType.Null) == true;
}
