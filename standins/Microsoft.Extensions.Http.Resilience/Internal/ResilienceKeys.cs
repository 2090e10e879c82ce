using Polly;

namespace Microsoft.Extensions.Http.Resilience;

internal static class ResilienceKeys
{
    public static readonly ResiliencePropertyKey<HttpRequestMessage?> RequestMessage = new("Resilience.Http.RequestMessage");
}
