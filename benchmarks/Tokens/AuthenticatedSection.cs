using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Platform.Benchmarks.Http;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.TestKit;

namespace Platform.Benchmarks.Tokens;

/// <summary>What it costs a service that a request comes with an access token: the same answer to the signed-in and to anybody, in turn.</summary>
internal static class AuthenticatedSection
{
    private const int People = 1000;

    public static async Task RunAsync(Arguments arguments, Report report)
    {
        using var issuer = new TokenIssuer();
        await using var app = await StartAsync(issuer);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, People).Select(_ => issuer.UserToken(PlatformId.New("usr"))));
        var wrk = new Wrk(arguments.Read("--connections", 50));
        var seconds = TimeSpan.FromSeconds(arguments.Read("--seconds", 1));
        var (anybody, signedIn, rates) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = -2; round < arguments.Read("--rounds", 9); round++)
        {
            // The first rounds are every token's first use, and the compiler's.
            var costs = new Dictionary<string, (double Cost, double Rate)>();
            var order = (string[])["/anybody", "/person"];
            Random.Shared.Shuffle(order);
            foreach (var path in order)
            {
                var processor = Environment.CpuUsage.TotalTime;
                var load = path == "/person"
                    ? await wrk.RunAsync(address + path, seconds, "bearer", file)
                    : await wrk.RunAsync(address + path, seconds, "get");
                costs[path] = ((Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / load.Requests, load.Rate);
                if (load.Refused + load.Failed > 0)
                {
                    throw new InvalidOperationException($"{path}: {load.Refused} of {load.Requests} answers were refusals, {load.Failed} requests failed.");
                }
            }

            if (round >= 0)
            {
                anybody.Add(costs["/anybody"].Cost);
                signedIn.Add(costs["/person"].Cost);
                rates.Add(costs["/person"].Rate);
            }
        }

        File.Delete(file);
        await app.StopAsync();
        report.Add(
            "authenticated request, CPU µs more", [.. signedIn.Zip(anybody, (own, other) => own - other)],
            $"{Figures.Range(anybody)} µs for the same answer to anybody, {Figures.Range(signedIn)} with one of {People:N0} tokens", most: 15);
        report.Add("authenticated requests/s", rates, "wrk, one thread, on the same machine");
    }

    private static async Task<WebApplication> StartAsync(TokenIssuer issuer)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration.AddInMemoryCollection(issuer.SettingsOf("taskservice"));
        builder.AddServiceDefaults();
        builder.Services.AddHttpClient(ServiceNames.Users).ConfigurePrimaryHttpMessageHandler(issuer.CreateHandler);
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapGet("/anybody", () => "Hello World!").AllowAnonymous();
        app.MapGet("/person", () => "Hello World!").RequireUser();
        await app.StartAsync();
        return app;
    }
}
