using Polly;

namespace System.Net.Http;

/// <summary>Finds the context of the execution that sends a request.</summary>
public static class HttpResilienceHttpRequestMessageExtensions
{
    private static readonly HttpRequestOptionsKey<ResilienceContext?> Key = new("Resilience.Http.ResilienceContext");

    /// <summary>Gets the context.</summary>
    public static ResilienceContext? GetResilienceContext(this HttpRequestMessage requestMessage)
    {
        ArgumentNullException.ThrowIfNull(requestMessage);
        return requestMessage.Options.TryGetValue(Key, out var context) ? context : null;
    }

    /// <summary>Sets the context; <see langword="null"/> takes it away.</summary>
    public static void SetResilienceContext(this HttpRequestMessage requestMessage, ResilienceContext? resilienceContext)
    {
        ArgumentNullException.ThrowIfNull(requestMessage);
        requestMessage.Options.Set(Key, resilienceContext);
    }
}
