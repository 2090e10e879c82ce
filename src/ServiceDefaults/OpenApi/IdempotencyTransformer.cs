using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Platform.Redis.Idempotency;

namespace Platform.ServiceDefaults.OpenApi;

/// <summary>Shows the header of endpoints that honour it, and the headers of a replay.</summary>
internal sealed class IdempotencyTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IdempotencyMetadata>().LastOrDefault() is not { } idempotency)
        {
            return Task.CompletedTask;
        }

        var hours = idempotency.TimeToLive.TotalHours.ToString("0.##", CultureInfo.InvariantCulture);
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = IdempotencyKey.HeaderName,
            In = ParameterLocation.Header,
            Required = idempotency.IsRequired,
            Description = $"A new UUID for each request that is to be carried out once, and the same one again when it is repeated. Remembered for {hours} h.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = IdempotencyKey.Longest },
        });
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (response is not OpenApiResponse own)
            {
                continue;
            }

            if (status is ['2', ..])
            {
                Add(own, IdempotencyKey.ReplayedHeaderName, "true, where this is the answer to an earlier request with the same key.");
                Add(own, IdempotencyKey.ExpiresHeaderName, "Until when the same answer is given, as an HTTP date.");
            }
            else if (status == "409")
            {
                Add(own, "Retry-After", "Seconds, while the first request with the key is in flight.");
            }
        }

        return Task.CompletedTask;
    }

    private static void Add(OpenApiResponse response, string name, string description)
    {
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        response.Headers.TryAdd(name, new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
    }
}
