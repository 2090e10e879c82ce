using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

// --Run:name=script  --Directory:name=path  --Port:name=number  --After:name=other
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

foreach (var after in builder.Configuration.GetSection("After").GetChildren())
{
    resources[after.Key].Annotations.Add(new WaitAnnotation(resources[after.Value!], WaitType.WaitUntilHealthy));
}

builder.Build().Run();
