using Platform.Redis;

namespace TaskService.Processing;

/// <summary>For what runs behind requests and may wait for Redis. Who can be told to come back later is told so instead.</summary>
internal static class RedisPatience
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Repeats an operation, which must bear it, until Redis answers.</summary>
    public static async Task<T> UntilAnsweredAsync<T>(Func<Task<T>> operation, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await operation();
            }
            catch (RedisUnavailableException exception)
            {
                await WaitAsync(exception, cancellationToken);
            }
        }
    }

    public static Task WaitAsync(RedisUnavailableException exception, CancellationToken cancellationToken) =>
        Task.Delay(exception.RetryAfter > ShortestWait ? exception.RetryAfter : ShortestWait, cancellationToken);
}
