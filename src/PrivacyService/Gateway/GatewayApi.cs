using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Activity;
using PrivacyService.Masking;
using PrivacyService.Pseudonyms;
using PrivacyService.Restoring;
using PrivacyService.Tokens;
using Yarp.ReverseProxy.Forwarder;

namespace PrivacyService.Gateway;

/// <summary>A way to language models and other HTTP services that does not let identifiers or personal data pass.</summary>
internal static class GatewayApi
{
    public const string Path = "/gateway";

    /// <summary>Of the request: in which scope to mask, such as <c>conversation:42</c>. Of the answer: in which it was.</summary>
    public const string ScopeHeader = "Mask-Scope";

    public const string CountHeader = "Mask-Count";
    public const string RedactedHeader = "Mask-Redacted";
    public const string ReportedHeader = "Mask-Reported";
    public const string RestoredHeader = "Mask-Restored";
    public const string MissingHeader = "Mask-Missing";

    public static void MapGateway(this IEndpointRouteBuilder routes) => routes.Map(Path + "/{upstream}/{**path}", ForwardAsync)
        .RecordsActivity(ActivityKind.Gateway).WithTags("Gateway").WithRequestBodyLimit(RequestMasking.LongestBody)
        .WithMetadata(new TokenHeader(GatewayCredentials.Header))
        .WithName("Gateway").WithSummary("Masks the request, forwards it, and puts originals back into the answer.").ExcludeFromDescription();

    private static async Task ForwardAsync(HttpContext context, string upstream, CallerAccess access, GatewayServices services, CallActivity activity, [FromQuery] string? owner)
    {
        var stop = context.RequestAborted;
        if (context.User.IsService() && !context.User.HasScope(Scopes.Restore))
        {
            throw new ProblemException(StatusCodes.Status403Forbidden, "insufficient_scope", "Not allowed", $"The token needs the scope {Scopes.Restore}.");
        }

        var dataOwner = access.OwnerOf(context.User, owner, Scopes.Pseudonymize);
        var call = RestoreCall.OfGateway(context.User, dataOwner);
        if (!services.Options.Upstreams.TryGetValue(upstream, out var settings))
        {
            throw GatewayProblems.NoUpstream();
        }

        var target = GatewayTarget.Of(settings, context.Request);
        var scope = PseudonymRulesBuilder.ParseScope(context.Request.Headers[ScopeHeader], context.User.IsService())
            ?? PseudonymScope.OfCall(PlatformId.New("psn"));
        var rules = new MaskRules(scope, settings.TimeToLive, MaskPolicy.Create(settings.Modes), settings.Style);
        var masked = await services.Masking.MaskAsync(context, dataOwner, rules, stop);
        Describe(context.Response, scope, masked?.Counts);
        activity.Tell(scope, masked?.Counts.Masked ?? 0, masked?.Counts.ByType);

        var tally = services.Unmasker.Begin(call);
        using var standIns = settings.Style == MaskStyle.Format ? await services.Unmasker.StandInsOfAsync(call, scope, stop, tally) : null;
        var values = services.Unmasker.ValuesOf(call, tally, scope, standIns);
        var transformer = new GatewayTransformer(target, values);
        var error = await services.Forwarder.SendAsync(
            context, settings.Address, services.Http, new ForwarderRequestConfig { ActivityTimeout = settings.Timeout }, transformer, stop);
        activity.Missing = values.Missing;
        await FinishAsync(context, tally);
        if (error != ForwarderError.None && !stop.IsCancellationRequested)
        {
            Fail(context, error);
        }
    }

    /// <summary>Also of an answer that was broken off, or that nobody waits for any more.</summary>
    private static async Task FinishAsync(HttpContext context, RestoreTally tally)
    {
        try
        {
            await tally.FinishAsync(CancellationToken.None);
        }
        catch (RedisUnavailableException) when (context.Response.HasStarted)
        {
            // What was not written down must not look like a whole answer.
            context.Abort();
        }
    }

    private static void Describe(HttpResponse response, PseudonymScope scope, MaskCounts? counts)
    {
        response.Headers[ScopeHeader] = scope.Name;
        response.Headers[CountHeader] = Number(counts?.Masked);
        response.Headers[RedactedHeader] = Number(counts?.Redacted);
        response.Headers[ReportedHeader] = Number(counts?.Reported);
        response.Headers.CacheControl = "no-store";
    }

    private static string Number(int? count) => (count ?? 0).ToString(CultureInfo.InvariantCulture);

    private static void Fail(HttpContext context, ForwarderError error)
    {
        // What went wrong on our own side, such as Redis away, has its own answer.
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (exception is RedisUnavailableException or ProblemException && !context.Response.HasStarted)
        {
            throw exception;
        }

        if (context.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
            return;
        }

        throw error is ForwarderError.RequestTimedOut || exception is OperationCanceledException ? GatewayProblems.TimedOut() : GatewayProblems.Unreachable();
    }
}

/// <summary>What the gateway needs.</summary>
internal sealed class GatewayServices(
    RequestMasking masking, Unmasker unmasker, IHttpForwarder forwarder, IOptions<GatewayOptions> options) : IDisposable
{
    public RequestMasking Masking => masking;

    public Unmasker Unmasker => unmasker;

    public IHttpForwarder Forwarder => forwarder;

    public GatewayOptions Options => options.Value;

    /// <summary>Without cookies, redirects or trace headers of ours: an upstream hears what it was sent, and nothing else.</summary>
    public HttpMessageInvoker Http { get; } = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    public void Dispose() => Http.Dispose();
}
