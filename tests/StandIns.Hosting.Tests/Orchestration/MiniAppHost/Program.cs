using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

// --Run:name=script  --Container:name=image  --Directory:name=path  --Port:name=number  --After:name=other  --Sick:name=reason
var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
var resources = new Dictionary<string, ExecutableResource>();
foreach (var run in builder.Configuration.GetSection("Run").GetChildren())
{
    var resource = new ExecutableResource(run.Key, "/bin/sh", builder.Configuration[$"Directory:{run.Key}"] ?? Path.GetTempPath());
    resources.Add(run.Key, resource);
    var added = builder.AddResource(resource).WithAnnotation(new CommandLineArgsCallbackAnnotation(arguments =>
    {
        arguments.Add("-c");
        arguments.Add(run.Value!);
    }));
    if (builder.Configuration[$"Port:{run.Key}"] is { } port)
    {
        added.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, name: "tcp", port: int.Parse(port, CultureInfo.InvariantCulture)));
    }
}

foreach (var container in builder.Configuration.GetSection("Container").GetChildren())
{
    builder.AddResource(new ContainerResource(container.Key, "/entry"))
        .WithAnnotation(new ContainerImageAnnotation { Image = container.Value!, Tag = "1.0" })
        .WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, name: "tcp", targetPort: 6000))
        .WithAnnotation(new ContainerMountAnnotation("a-volume", "/data", ContainerMountType.Volume, isReadOnly: false))
        .WithAnnotation(new EnvironmentCallbackAnnotation(context => context.EnvironmentVariables["SECRET"] = "unspoken"))
        .WithAnnotation(new CommandLineArgsCallbackAnnotation(arguments => arguments.Add("--flag")));
}

foreach (var sick in builder.Configuration.GetSection("Sick").GetChildren())
{
    builder.Services.AddHealthChecks().AddCheck(sick.Key, () => HealthCheckResult.Unhealthy(sick.Value));
    resources[sick.Key].Annotations.Add(new HealthCheckAnnotation(sick.Key));
}

foreach (var after in builder.Configuration.GetSection("After").GetChildren())
{
    resources[after.Key].Annotations.Add(new WaitAnnotation(resources[after.Value!], WaitType.WaitUntilHealthy));
}

builder.Build().Run();
