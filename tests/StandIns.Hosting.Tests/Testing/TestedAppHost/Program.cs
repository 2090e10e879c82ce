using Microsoft.Extensions.Configuration;

// --Ends=early  --Throws=message  --Catches=true  --Only=part,part  --Port=number  --Note=file
var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
if (builder.Configuration["Throws"] is { } message)
{
    throw new NotSupportedException(message);
}

if (builder.Configuration["Ends"] is not null)
{
    return;
}

var parts = (builder.Configuration["Only"] ?? "redis,echo").Split(',');
var password = builder.AddParameter("redis-password", new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true, persist: true);
if (builder.Configuration["Note"] is { } note)
{
    builder.AddExecutable("note", "/bin/sh", ".", "-c", $"printf %s \"$SECRET\" > '{note}.part' && mv '{note}.part' '{note}'; sleep 600")
        .WithEnvironment("SECRET", password);
}

if (parts.Contains("redis"))
{
    builder.AddRedis("redis", password: password).WithDataVolume("tested-redis-data");
}

if (parts.Contains("echo"))
{
    builder.AddProject<Projects.EchoService>("echo")
        .WithHttpEndpoint(port: builder.Configuration.GetValue<int?>("Port"))
        .WithHttpHealthCheck("/health")
        .WithEnvironment("MARK", builder.Configuration["Mark"] ?? "none");
}

try
{
    builder.Build().Run();
}
catch (Exception) when (builder.Configuration["Catches"] is not null)
{
    Console.Error.WriteLine("It did not run.");
}
