using System.Diagnostics;

namespace Platform.TestKit;

/// <summary>Waits for what becomes true in its own time, instead of sleeping for as long as it may take.</summary>
public static class Eventually
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns when the condition holds; an exception of the condition counts as not yet.</summary>
    /// <exception cref="TimeoutException">It did not hold in time; the last exception is inside.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan timeout, string because)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var started = Stopwatch.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            Exception? failure = null;
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            if (Stopwatch.GetElapsedTime(started) > timeout)
            {
                throw new TimeoutException($"Not within {timeout.TotalSeconds:0.#} s: {because}.", failure);
            }

            await Task.Delay(pause);
            pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
        }
    }

    /// <summary>Returns when the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static Task TrueAsync(Func<bool> condition, TimeSpan timeout, string because)
        => TrueAsync(() => Task.FromResult(condition()), timeout, because);
}
