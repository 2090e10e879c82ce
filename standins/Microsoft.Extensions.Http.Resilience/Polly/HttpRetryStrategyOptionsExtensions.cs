using System.Diagnostics.CodeAnalysis;
using Polly;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Limits which requests are retried.</summary>
[Experimental("EXTEXP0001")]
public static class HttpRetryStrategyOptionsExtensions
{
    /// <summary>Never retries POST, PATCH, PUT, DELETE and CONNECT.</summary>
    public static void DisableForUnsafeHttpMethods(this HttpRetryStrategyOptions options)
        => options.DisableFor(HttpMethod.Delete, HttpMethod.Post, HttpMethod.Put, HttpMethod.Connect, HttpMethod.Patch);

    /// <summary>Never retries requests with these methods.</summary>
    public static void DisableFor(this HttpRetryStrategyOptions options, params HttpMethod[] methods)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(methods);
        ArgumentOutOfRangeException.ThrowIfZero(methods.Length, nameof(methods));

        var shouldHandle = options.ShouldHandle ?? throw new ArgumentException("ShouldHandle must be set.", nameof(options));
        options.ShouldHandle = async arguments =>
        {
            var request = arguments.Outcome.Result?.RequestMessage ?? arguments.Context.GetRequestMessage();
            return (request is null || !methods.Contains(request.Method))
                && await shouldHandle(arguments).ConfigureAwait(arguments.Context.ContinueOnCapturedContext);
        };
    }
}
