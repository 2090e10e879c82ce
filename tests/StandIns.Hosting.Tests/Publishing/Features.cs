using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using StandIns.Hosting.Tests.Model;

namespace StandIns.Hosting.Tests.Publishing;

/// <summary>One resource per feature.</summary>
internal static class Features
{
    public static void Write(IDistributedApplicationBuilder builder, Workspace workspace)
    {
        var plain = builder.AddParameter("plain");
        var withDefault = builder.AddParameter("with-default", "fallback");
        var published = builder.AddParameter("published-default", "shown-in-manifest", publishValueAsDefault: true);
        var secret = builder.AddParameter("api-key", secret: true);
        var generated = builder.AddParameter("generated", new GenerateParameterDefault { MinLength = 24, Special = false }, secret: true);
        var fromConfig = builder.AddParameterFromConfiguration("from-config", "My:Config:Key");
        var external = builder.AddConnectionString("external-db");
        var built = builder.AddConnectionString("built", ReferenceExpression.Create($"Endpoint=https://host;Key={secret};Plain={plain}"));

        var cache = builder.AddRedis("cache", port: 16379).WithLifetime(ContainerLifetime.Persistent);

        var web = builder.AddContainer("web", "nginx", "1.27-alpine")
            .WithHttpEndpoint(port: 8088, targetPort: 80)
            .WithEndpoint(targetPort: 9000, name: "metrics")
            .WithVolume("web-data", "/var/data")
            .WithVolume("/var/anonymous")
            .WithBindMount("config/app.conf", "/etc/app.conf", isReadOnly: true)
            .WithBindMount("config", "/etc/conf.d")
            .WithEnvironment("PLAIN", plain)
            .WithEnvironment("API_KEY", secret)
            .WithEnvironment("LITERAL", "value with $dollar")
            .WithEnvironment("MIXED", ReferenceExpression.Create($"{withDefault}-{secret}"))
            .WithContainerRuntimeArgs("--cpus", "1")
            .WithArgs("--level", "debug")
            .WithArgs(context => context.Args.Add(published.Resource));
        builder.AddContainer("registry-image", "ghcr.io/example/app")
            .WithImageTag("2.0")
            .WithEntrypoint("/bin/app")
            .WithContainerName("fixed-name")
            .WithEndpoint(port: 5353, targetPort: 53, scheme: "udp", name: "dns", protocol: ProtocolType.Udp);
        builder.AddContainer("digest-image", "example/app").WithImageSHA256(new string('a', 64));

        var tool = builder.AddExecutable("runner", "python3", "tools", "runner.py", "--fast")
            .WithHttpEndpoint(env: "PORT", name: "api")
            .WithReference(cache);

        var maps = builder.AddExternalService("maps", "https://maps.example.test/");
        var invoices = builder.AddExternalService("invoices", builder.AddParameter("invoices-url"));

        var userProject = workspace.AddProject("Accounts", ("http", "http://localhost:5101"));
        var users = builder.AddProject("users", userProject)
            .WithHttpEndpoint(name: "admin", env: "ADMIN_PORT")
            .WithEndpoint(name: "grpc", scheme: "http", port: 7001, isExternal: true)
            .WithArgs("--seed", "42");
        users.WithEndpoint("grpc", endpoint => endpoint.Transport = "http2");

        builder.AddProject("tasks", workspace.AddProject("Orders", ("http", "http://localhost:5102")))
            .WithReference(users)
            .WithReference(users.GetEndpoint("admin"))
            .WithReference(cache)
            .WithReference(cache, connectionName: "renamed")
            .WithReference(external)
            .WithReference(built)
            .WithReference(maps)
            .WithReference(invoices)
            .WithReference("docs", new Uri("https://docs.example.test/"))
            .WithEnvironment("WEB_URL", web.GetEndpoint("http"))
            .WithEnvironment("WEB_HOST", web.GetEndpoint("http").Property(EndpointProperty.Host))
            .WithEnvironment("WEB_PORT", web.GetEndpoint("http").Property(EndpointProperty.Port))
            .WithEnvironment("WEB_TARGET", web.GetEndpoint("http").Property(EndpointProperty.TargetPort))
            .WithEnvironment("WEB_HOSTPORT", web.GetEndpoint("http").Property(EndpointProperty.HostAndPort))
            .WithEnvironment("WEB_SCHEME", web.GetEndpoint("http").Property(EndpointProperty.Scheme))
            .WithEnvironment("GENERATED", generated)
            .WithEnvironment("FROM_CONFIG", fromConfig)
            .WithEnvironment("CACHE_CS", cache)
            .WithEnvironment("COMPOSED", $"{users.GetEndpoint("http")}/api?key={secret}")
            .WithEnvironment(context => context.EnvironmentVariables["IS_PUBLISH"] = context.ExecutionContext.IsPublishMode.ToString())
            .WithReplicas(3)
            .WaitFor(cache)
            .WaitForStart(web)
            .WithReference(tool.GetEndpoint("api"))
            .WaitForCompletion(tool);

        builder.AddProject("noprofile", userProject, launchProfileName: null)
            .WithHttpEndpoint()
            .WithHttpsEndpoint()
            .WithExplicitStart()
            .WithParentRelationship(users)
            .WithUrl("https://example.test/extra", "Extra");
        builder.AddProject("hidden-from-manifest", userProject).ExcludeFromManifest();
    }
}
