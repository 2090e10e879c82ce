using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace Platform.ServiceDefaults.Http;

internal static class HttpClientDefaults
{
    public static void AddResilienceDefaults(this IHttpClientBuilder http) => http.AddStandardResilienceHandler(options =>
    {
        // A POST whose answer was lost may have been carried out. Callers that can repeat it safely do so themselves.
#pragma warning disable EXTEXP0001 // Marked experimental in the package; the alternative is to write the same predicate by hand.
        options.Retry.DisableForUnsafeHttpMethods();
#pragma warning restore EXTEXP0001

        // The default first wait of 2 s is made for the internet; these calls stay in one network.
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
    });
}
