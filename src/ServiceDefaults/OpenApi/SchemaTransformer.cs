using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Platform.ServiceDefaults.OpenApi;

/// <summary>Describes values as whoever writes a client needs them: what is sent, not everything that would be understood as well.</summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    private const JsonSchemaType Number = JsonSchemaType.Integer | JsonSchemaType.Number;

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        DescribeNumber(schema);

        // Of a structure that may be null, the framework shows only the whole.
        foreach (var property in schema.Properties?.Values.OfType<OpenApiSchema>() ?? [])
        {
            DescribeNumber(property);
        }

        if (Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) is null && context.JsonTypeInfo.Type is { IsEnum: true } type)
        {
            DescribeEnum(schema, type);
        }

        if (AttributeOf<AllowedValuesAttribute>(context) is { } allowed)
        {
            schema.Enum = [.. allowed.Values.Select(value => JsonValue.Create((string?)value)!)];
        }

        // Validated, so that whoever leaves it out is told; a client is to know that it has to be there.
        if (context.JsonPropertyInfo is not null && AttributeOf<RequiredAttribute>(context) is not null)
        {
            schema.Type &= ~JsonSchemaType.Null;
        }

        if (context.JsonPropertyInfo is null && typeof(ProblemDetails).IsAssignableFrom(context.JsonTypeInfo.Type))
        {
            DescribeProblem(schema);
        }

        return Task.CompletedTask;
    }

    /// <summary>Numbers in quotes are read too, but never written, and make a client's type neither a number nor a text.</summary>
    private static void DescribeNumber(OpenApiSchema schema)
    {
        if ((schema.Type & Number) != 0 && (schema.Type & JsonSchemaType.String) != 0)
        {
            schema.Type &= ~JsonSchemaType.String;
            schema.Pattern = null;
        }
    }

    private static void DescribeEnum(OpenApiSchema schema, Type type)
    {
        schema.Type = JsonSchemaType.String;
        if (type.IsDefined(typeof(FlagsAttribute), inherit: false))
        {
            var one = $"({string.Join('|', Enum.GetNames(type))})";
            schema.Enum = null;
            schema.Pattern = $"^{one}(, ?{one})*$";
        }
        else if (schema.Enum is not { Count: > 0 })
        {
            schema.Enum = [.. Enum.GetNames(type).Select(name => JsonValue.Create(JsonNamingPolicy.CamelCase.ConvertName(name))!)];
        }
    }

    private static void DescribeProblem(OpenApiSchema schema)
    {
        schema.Description ??= "A problem (RFC 9457). The code is stable; the detail says what to change.";
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
        schema.Properties.TryAdd("code", new OpenApiSchema { Type = JsonSchemaType.String, Description = "What it is, in a stable word." });
        schema.Properties.TryAdd("traceId", new OpenApiSchema { Type = JsonSchemaType.String, Description = "Finds the request in traces and logs." });
    }

    private static T? AttributeOf<T>(OpenApiSchemaTransformerContext context) where T : Attribute =>
        (context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(T), inherit: true)
            ?? (context.ParameterDescription?.ParameterDescriptor as Microsoft.AspNetCore.Mvc.Infrastructure.IParameterInfoParameterDescriptor)
                ?.ParameterInfo.GetCustomAttributes(typeof(T), inherit: true))?.OfType<T>().FirstOrDefault();
}
