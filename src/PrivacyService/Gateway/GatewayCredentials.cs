using Microsoft.Extensions.Primitives;

namespace PrivacyService.Gateway;

/// <summary>
/// Two parties want credentials of a call through the gateway. The platform takes its token from <c>Platform-Authorization</c>, and then
/// <c>Authorization</c> is the upstream's; without that header, <c>Authorization</c> is the platform's and goes no further.
/// </summary>
internal static class GatewayCredentials
{
    public const string Header = "Platform-Authorization";

    private static readonly object UpstreamKey = new();

    /// <summary>Goes before authentication.</summary>
    public static void UseGatewayCredentials(this WebApplication app) => app.Use(static (context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(GatewayApi.Path))
        {
            var headers = context.Request.Headers;
            if (headers.TryGetValue(Header, out var platform))
            {
                context.Items[UpstreamKey] = headers.Authorization;
                headers.Authorization = platform;
                headers.Remove(Header);
            }
        }

        return next(context);
    });

    /// <summary>What the upstream gets as <c>Authorization</c>; empty when nothing was meant for it.</summary>
    public static StringValues UpstreamAuthorization(this HttpContext context) => context.Items.TryGetValue(UpstreamKey, out var value) ? (StringValues)value! : default;
}
