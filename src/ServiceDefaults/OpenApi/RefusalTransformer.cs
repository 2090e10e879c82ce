using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Platform.Redis.RateLimiting;

namespace Platform.ServiceDefaults.OpenApi;

/// <summary>
/// Says of each route how it can refuse, by what the route is under: bearer tokens and what is demanded of them, rate limits, a body to be read. What a
/// route says of itself stays.
/// </summary>
internal sealed class RefusalTransformer : IOpenApiOperationTransformer
{
    private const string ProblemSchema = nameof(ProblemDetails);

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Responses ??= [];
        if (operation.RequestBody is not null)
        {
            await AddAsync(StatusCodes.Status400BadRequest, "The body or a parameter is not valid; the problem says what to change.");
        }

        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            await AddAsync(StatusCodes.Status401Unauthorized, "The access token is missing, has expired, or was revoked.");
            await AddAsync(StatusCodes.Status403Forbidden, "The access token does not allow this.");
            await AddAsync(StatusCodes.Status503ServiceUnavailable, "What is needed to answer is away for the moment. Nothing was done.");
        }

        if (IsLimited(metadata, context))
        {
            await AddAsync(StatusCodes.Status429TooManyRequests, "The caller has no permits left of a rate limit.");
        }

        AddHeader("401", "WWW-Authenticate", "How to authenticate, and what is wrong with what was sent.");
        AddHeader("429", "Retry-After", "Seconds until it may be tried again.");
        AddHeader("503", "Retry-After", "Seconds until it may be tried again.");
        Order(operation);

        async Task AddAsync(int status, string description)
        {
            if (operation.Responses.ContainsKey(status.ToString(CultureInfo.InvariantCulture)))
            {
                return;
            }

            var document = context.Document!;
            if (document.Components?.Schemas?.ContainsKey(ProblemSchema) != true)
            {
                document.AddComponent(ProblemSchema, await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), null, cancellationToken));
            }

            operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(ProblemSchema, document) },
                },
            };
        }

        void AddHeader(string status, string name, string description)
        {
            if (operation.Responses.GetValueOrDefault(status) is OpenApiResponse response)
            {
                response.Headers ??= new Dictionary<string, IOpenApiHeader>();
                response.Headers.TryAdd(name, new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
            }
        }
    }

    private static bool IsLimited(IList<object> metadata, OpenApiOperationTransformerContext context)
    {
        var options = context.ApplicationServices.GetRequiredService<IOptions<RedisRateLimitingOptions>>().Value;
        var path = new PathString("/" + context.Description.RelativePath);
        return !metadata.OfType<DisableRateLimitingAttribute>().Any() && !options.ExemptPaths.Exists(exempt => path.StartsWithSegments(exempt))
            && (metadata.OfType<EnableRateLimitingAttribute>().Any() || options.Policies.Values.Any(policy => policy.Global));
    }

    private static void Order(OpenApiOperation operation)
    {
        var responses = operation.Responses!.OrderBy(response => response.Key, StringComparer.Ordinal).ToArray();
        operation.Responses!.Clear();
        foreach (var (status, response) in responses)
        {
            operation.Responses[status] = response;
        }
    }
}
