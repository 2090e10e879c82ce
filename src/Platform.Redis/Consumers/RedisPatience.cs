namespace Platform.Redis.Consumers;

/// <summary>For what runs behind requests and may wait for Redis. Who can be told to come back later is told so instead.</summary>
public static class RedisPatience
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Repeats an operation, which must bear it, until Redis answers.</summary>
    public static async Task<T> UntilAnsweredAsync<T>(Func<Task<T>> operation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operation);
        while (true)
        {
            try
            {
                return await operation().ConfigureAwait(false);
            }
            catch (RedisUnavailableException exception)
            {
                await WaitAsync(exception, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits as long as Redis is expected to be away.</summary>
    public static Task WaitAsync(RedisUnavailableException exception, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Task.Delay(exception.RetryAfter > ShortestWait ? exception.RetryAfter : ShortestWait, cancellationToken);
    }
}
