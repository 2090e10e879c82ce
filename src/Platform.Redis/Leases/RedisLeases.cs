using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Redis.Events;
using Platform.Redis.Keys;
using Platform.Redis.Resilience;
using StackExchange.Redis;

namespace Platform.Redis.Leases;

internal sealed class RedisLeases(
    RedisStore store, Keyspace keyspace, EventWakeups wakeups, IOptions<LeaseOptions> options, TimeProvider time, LeaseMetrics metrics,
    ILogger<RedisLeases> logger) : ILeases
{
    private const int LongestName = 512;

    private static readonly TimeSpan ShortestDuration = TimeSpan.FromMilliseconds(100);
    private static readonly RedisValue FenceLifetime = (long)LeaseKeys.FenceLifetime.TotalMilliseconds;

    public LeaseOptions Options { get; } = options.Value;

    public TimeProvider Time => time;

    public async Task<ILease?> TryAcquireAsync(string name, TimeSpan duration, CancellationToken cancellationToken)
    {
        Check(name, duration);
        return (await TakeAsync(LeaseKeys.Of(keyspace, name), duration, cancellationToken).ConfigureAwait(false)).Lease;
    }

    public async Task<ILease> AcquireAsync(string name, TimeSpan duration, TimeSpan wait, CancellationToken cancellationToken)
    {
        Check(name, duration);
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero);
        var began = time.GetTimestamp();
        var keys = LeaseKeys.Of(keyspace, name);
        if (await TakeAsync(keys, duration, cancellationToken).ConfigureAwait(false) is { Lease: { } free })
        {
            return free;
        }

        // Listened to first, asked again afterwards: a release is seen by one or the other.
        var signal = new WakeSignal();
        using var listening = wakeups.Listen(keys[0].ToString(), signal.Set);
        while (true)
        {
            var (lease, held) = await TakeAsync(keys, duration, cancellationToken).ConfigureAwait(false);
            if (lease is not null)
            {
                return lease;
            }

            var left = wait - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException("Others held the lease for as long as it was waited for.");
            }

            await signal.WaitAsync(Shortest(left, held, Poll()), time, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<bool> ExtendAsync(RedisKey[] keys, RedisValue token, TimeSpan duration, CancellationToken cancellationToken) =>
        (int)await store.EvaluateAsync(
            LeaseScripts.ExtendLease, keys, [token, Milliseconds(duration), FenceLifetime], cancellationToken).ConfigureAwait(false) == 1;

    public async Task<bool> ReleaseAsync(RedisKey lease, RedisValue token, CancellationToken cancellationToken) =>
        (int)await store.EvaluateAsync(LeaseScripts.ReleaseLease, [lease], [token, wakeups.Channel], cancellationToken).ConfigureAwait(false) == 1;

    public void Lost(bool taken, TimeSpan held)
    {
        metrics.Lost(taken);
        if (taken)
        {
            logger.LeaseTaken(held.TotalSeconds);
        }
        else
        {
            logger.LeaseUnconfirmed(held.TotalSeconds);
        }
    }

    private static void Check(string name, TimeSpan duration)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, LongestName, nameof(name));
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, ShortestDuration);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, LeaseKeys.LongestDuration);
    }

    private static RedisValue Milliseconds(TimeSpan duration) => (long)duration.TotalMilliseconds;

    private static TimeSpan Shortest(TimeSpan one, TimeSpan other, TimeSpan third) => new(Math.Min(one.Ticks, Math.Min(other.Ticks, third.Ticks)));

    // Spread, so that waiters of several processes do not stay together.
    private TimeSpan Poll() => Options.PollInterval * (0.8 + (Random.Shared.NextDouble() * 0.2));

    /// <summary>The lease, or how long its holder still has it.</summary>
    private async Task<(ILease? Lease, TimeSpan Held)> TakeAsync(RedisKey[] keys, TimeSpan duration, CancellationToken cancellationToken)
    {
        RedisValue token = RandomNumberGenerator.GetBytes(16);
        var asked = time.GetTimestamp();
        RedisResult[] reply;
        try
        {
            reply = (RedisResult[])(await store.EvaluateAsync(
                LeaseScripts.AcquireLease, keys, [token, Milliseconds(duration), FenceLifetime], cancellationToken).ConfigureAwait(false))!;
        }
        catch (Exception exception) when (exception is OperationCanceledException or RedisUnavailableException { OutcomeUnknown: true })
        {
            // It may have been taken for nobody.
            GiveBackAsync(keys[0], token).Abandon();
            throw;
        }

        var taken = (int)reply[0] == 1;
        metrics.Attempted(taken);
        return taken
            ? (new RedisLease(this, keys, token, (long)reply[1], duration, asked), TimeSpan.Zero)
            : (null, TimeSpan.FromMilliseconds(Math.Max(1, (long)reply[1] + 1)));
    }

    private async Task GiveBackAsync(RedisKey lease, RedisValue token)
    {
        try
        {
            await ReleaseAsync(lease, token, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RedisUnavailableException)
        {
            // It ends by itself.
        }
    }
}
