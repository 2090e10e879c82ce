using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;

namespace Platform.ServiceDefaults.OpenApi;

internal static class OpenApiExtensions
{
    public static void AddPlatformOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, context, _) =>
        {
            document.Info.Title = context.ApplicationServices.GetRequiredService<IHostEnvironment>().ApplicationName;
            document.Info.Version = "v1";

            // Behind the AppHost's and any other proxy the address seen here is not the caller's.
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[PlatformSecuritySchemes.Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "An access token: the accessToken of POST /v1/auth/login on UserService.",
            };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer<SchemaTransformer>();
        options.AddOperationTransformer<RefusalTransformer>();
        options.AddOperationTransformer<IdempotencyTransformer>();
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(PlatformSecuritySchemes.Bearer, context.Document)] = [] }];
            }

            return Task.CompletedTask;
        });
        options.AddDocumentTransformer<RequestSchemaTransformer>();
    });

    /// <summary>The API page at <c>/swagger</c>, in Development.</summary>
    public static void UsePlatformOpenApiPage(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            app.UseSwaggerUI(page =>
            {
                page.SwaggerEndpoint("/openapi/v1.json", app.Environment.ApplicationName);
                page.DocumentTitle = app.Environment.ApplicationName;
                page.EnablePersistAuthorization();
            });
        }
    }
}
