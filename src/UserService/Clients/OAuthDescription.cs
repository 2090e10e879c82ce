using Microsoft.OpenApi;
using Platform.ServiceDefaults.OpenApi;

namespace UserService.Clients;

/// <summary>How clients prove who they are, in the description of the API.</summary>
internal static class OAuthDescription
{
    private const string Basic = "clientBasic";

    /// <param name="endpoint">The endpoint.</param>
    /// <param name="orBearer">Whether an access token is as good as a client's credentials.</param>
    public static RouteHandlerBuilder DescribesClients(this RouteHandlerBuilder endpoint, bool orBearer = false) => endpoint
        .Produces<OAuthErrorResponse>(StatusCodes.Status400BadRequest).Produces<OAuthErrorResponse>(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .AddOpenApiOperationTransformer((operation, context, _) =>
        {
            var document = context.Document!;
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes.TryAdd(Basic, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "basic",
                Description = "A client's id and secret, each form-encoded (RFC 6749, section 2.3.1).",
            });

            // The last one is empty: credentials may be in the form, and whoever holds a refresh token may end it with no other.
            operation.Security = [.. orBearer ? [Requirement(PlatformSecuritySchemes.Bearer)] : Array.Empty<OpenApiSecurityRequirement>(), Requirement(Basic), []];
            return Task.CompletedTask;

            OpenApiSecurityRequirement Requirement(string scheme) => new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
        });
}
