using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>Serves the page on the first address of <c>ASPNETCORE_URLS</c>, to this machine only.</summary>
internal sealed class DashboardServer(
    IConfiguration configuration, ResourceBoard board, ResourceLoggerService logs, BrowserToken token, ILogger<DistributedApplication> logger)
    : IHostedService, IAsyncDisposable
{
    private const string DefaultUrl = "http://localhost:15000";
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _app;
    private Task _following = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var url = Url();
        _app = Build(url);
        _following = board.FollowAsync(_stopping.Token);
        try
        {
            await _app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException or SocketException)
        {
            throw new DistributedApplicationException(
                $"The dashboard cannot listen on {url.GetLeftPart(UriPartial.Authority)}: the port is taken. "
                + "Stop what uses it, or choose another address with ASPNETCORE_URLS or in Properties/launchSettings.json.", exception);
        }

        var address = url.Port != 0 ? url : new Uri(_app.Urls.First());
        DashboardLog.Listening(logger, token.AddressFor(address.GetLeftPart(UriPartial.Authority)));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_app is not null)
        {
            await _app.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync().ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private Uri Url()
    {
        var urls = (configuration["ASPNETCORE_URLS"] ?? configuration["urls"] ?? DefaultUrl)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var chosen = urls.FirstOrDefault(url => url.StartsWith("http:", StringComparison.OrdinalIgnoreCase)) ?? DefaultUrl;
        return Uri.TryCreate(chosen, UriKind.Absolute, out var uri)
            ? uri
            : throw new DistributedApplicationException($"ASPNETCORE_URLS holds '{chosen}', which is not an address such as {DefaultUrl}.");
    }

    private WebApplication Build(Uri url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.UseUrls();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, url));
        var app = builder.Build();

        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            context.Response.Headers.CacheControl = "no-store";

            // A name that a foreign page made point here must not open the door.
            if (!IsLocal(context.Request.Host.Host, url))
            {
                context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
                return Task.CompletedTask;
            }

            if (token.Admits(context) || context.Request.Path == "/login" || context.Request.Path == "/icon.svg")
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return context.Response.WriteAsync("Open the address that the console printed: it lets this browser in.");
        });
        new DashboardApi(board, logs, token, configuration["AppHost:DashboardApplicationName"] ?? "Dashboard").Map(app);
        app.Lifetime.ApplicationStopping.Register(_stopping.Cancel);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, Uri url)
    {
        kestrel.AddServerHeader = false;
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
        {
            kestrel.Listen(address, url.Port);
        }
        else if (url.Port == 0)
        {
            kestrel.Listen(IPAddress.Loopback, 0);
        }
        else
        {
            kestrel.ListenLocalhost(url.Port);
        }
    }

    private static bool IsLocal(string host, Uri url) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || host.Equals(url.Host, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
