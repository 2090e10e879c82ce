namespace Microsoft.Extensions.Http.Resilience;

internal static class RetryAfter
{
    /// <summary>How long the response asks to wait; <see langword="null"/> where it does not say.</summary>
    public static TimeSpan? Of(HttpResponseMessage? response, TimeProvider timeProvider) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date - timeProvider.GetUtcNow() is { Ticks: > 0 } wait => wait,
        { Date: not null } => TimeSpan.Zero,
        _ => null,
    };
}
