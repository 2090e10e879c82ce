using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Http.Resilience;

namespace Polly;

/// <summary>Finds the request that an execution is about.</summary>
[Experimental("EXTEXP0001")]
public static class HttpResilienceContextExtensions
{
    /// <summary>Gets the request.</summary>
    public static HttpRequestMessage? GetRequestMessage(this ResilienceContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Properties.GetValue(ResilienceKeys.RequestMessage, defaultValue: null);
    }

    /// <summary>Sets the request.</summary>
    public static void SetRequestMessage(this ResilienceContext context, HttpRequestMessage? requestMessage)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Properties.Set(ResilienceKeys.RequestMessage, requestMessage);
    }
}
