using System.Runtime.CompilerServices;
using Platform.Redis.Resilience;
using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Redis.Events;

/// <summary>
/// Events that can be resumed: a stream is the truth, a pub/sub message the wake-up. Readers share one subscription per process and
/// never block the connection.
/// </summary>
public sealed class EventStreams
{
    private const int PageSize = 100;
    private const string Beginning = "0-0";
    private const string Newest = "$";

    // What no stream gave may be any text; so much of it is told back.
    private const int LongestFrom = 64;

    private static readonly RedisScript AppendEvent = RedisScript.FromResource(typeof(EventStreams).Assembly, "AppendEvent.lua");
    private static readonly RedisScript ReadEvents = RedisScript.FromResource(typeof(EventStreams).Assembly, "ReadEvents.lua");

    // Bounds what a lost wake-up costs.
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly RedisStore _store;
    private readonly EventWakeups _wakeups;
    private readonly TimeProvider _time;

    internal EventStreams(RedisStore store, EventWakeups wakeups, TimeProvider time)
    {
        _store = store;
        _wakeups = wakeups;
        _time = time;
    }

    /// <summary>
    /// For scripts that append by themselves: pass it as an argument, and <c>redis.call('PUBLISH', ARGV[n], KEYS[stream])</c> wakes the
    /// readers of that stream.
    /// </summary>
    public string WakeChannel => _wakeups.Channel;

    /// <summary>Appends an entry, keeps the stream bounded and wakes its readers, in one round trip.</summary>
    /// <returns>The entry's id with its epoch: an <see cref="EventPosition"/> as text, to read on from.</returns>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async Task<string> AppendAsync(
        RedisKey stream, NameValueEntry[] fields, EventStreamOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(fields.Length);
        var arguments = new RedisValue[3 + (2 * fields.Length)];
        arguments[0] = options.MaxLength;
        arguments[1] = (long)options.TimeToLive.TotalMilliseconds;
        arguments[2] = WakeChannel;
        for (var i = 0; i < fields.Length; i++)
        {
            arguments[3 + (2 * i)] = fields[i].Name;
            arguments[4 + (2 * i)] = fields[i].Value;
        }

        var reply = (RedisResult[])(await _store.EvaluateAsync(AppendEvent, [stream], arguments, cancellationToken).ConfigureAwait(false))!;
        return EventPosition.Join((string)reply[0]!, (string)reply[1]!);
    }

    /// <summary>Where a stream stands: the place to read on from, for whoever has read the state that its events change just after.</summary>
    /// <returns>An <see cref="EventPosition"/> as text; <c>0-0</c> where there is no stream yet.</returns>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async Task<string> NewestIdAsync(RedisKey stream, CancellationToken cancellationToken)
    {
        var page = EventPage.Of(await _store.EvaluateAsync(ReadEvents, [stream], [Newest, "", 1], cancellationToken).ConfigureAwait(false));
        return EventPosition.Join(page.Epoch, page.Position);
    }

    /// <summary>
    /// Replays what follows an id, then follows the stream live until it is cancelled. Where entries may be missing it says so
    /// (<see cref="EventKind.Gap"/>, <see cref="EventKind.Epoch"/>) and goes on with what is left. While Redis is away it waits, and
    /// resumes. A reader that is slow holds one page of a hundred entries; what is trimmed meanwhile is a gap.
    /// </summary>
    /// <param name="stream">The stream; it need not exist yet.</param>
    /// <param name="afterId">
    /// The id read last, in this process or any other. <c>0-0</c> replays all that is kept; null begins with what is appended from now on;
    /// text that is no <see cref="EventPosition"/> is a gap.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<EventEntry> ReadAsync(
        RedisKey stream, string? afterId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var signal = new WakeSignal();
        using var listening = OnWake(stream, signal.Set);

        // Subscribed first, read afterwards: an entry is seen by one or the other. Without Redis, polling makes up for it.
        await _wakeups.SubscribedAsync().WaitAsync(PollInterval, _time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var (epoch, position) = ("", Newest);
        if (EventPosition.TryParse(afterId, out var after))
        {
            (epoch, position) = (after.Epoch, after.Entry);
        }
        else if (afterId is not null)
        {
            position = Beginning;
            yield return Missing(EventGap.Unknown, epoch, position, afterId, to: null);
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await TryReadAsync(stream, position, epoch, cancellationToken).ConfigureAwait(false) is not { } page)
            {
                await signal.WaitAsync(Poll(), _time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (page.Gap != EventGap.None)
            {
                yield return Missing(
                    page.Gap, page.Epoch, page.Position, EventPosition.Join(epoch, position), page.Entries.Length > 0 ? page.Entries[0].Id : null);
            }

            var begun = position != Newest;
            (epoch, position) = (page.Epoch, page.Position);
            foreach (var entry in page.Entries)
            {
                yield return entry;
            }

            if (page.Entries is [.., var last])
            {
                position = last.Id[(epoch.Length == 0 ? 0 : epoch.Length + 1)..];
            }

            if (begun && page.Entries.Length < PageSize)
            {
                await signal.WaitAsync(Poll(), _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads what follows an id, once, for readers that keep a pace of their own. Where nothing does, it waits for it.</summary>
    /// <param name="stream">The stream; it need not exist yet.</param>
    /// <param name="afterId">The id read last; null reads from the beginning.</param>
    /// <param name="most">How many entries at most.</param>
    /// <param name="wait">How long to wait. An empty batch says that nothing followed, as Redis saw it after the wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async Task<EventBatch> ReadBatchAsync(
        RedisKey stream, string? afterId, int most, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        var known = EventPosition.TryParse(afterId ?? Beginning, out var after);
        var began = _time.GetTimestamp();
        var signal = new WakeSignal();
        using var listening = OnWake(stream, signal.Set);
        while (true)
        {
            var page = EventPage.Of(await _store.EvaluateAsync(
                ReadEvents, [stream], [after.Entry, after.Epoch, most], cancellationToken).ConfigureAwait(false));
            var hasGap = !known || page.Gap != EventGap.None;
            var left = wait - _time.GetElapsedTime(began);
            if (page.Entries.Length > 0 || hasGap || left <= TimeSpan.Zero)
            {
                var position = page.Entries is [.., var last] ? last.Id : EventPosition.Join(page.Epoch, page.Position);
                return new EventBatch(position, hasGap, page.Entries);
            }

            var poll = Poll();
            await signal.WaitAsync(left < poll ? left : poll, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Calls back when the stream grew, for consumers that read by themselves. Calls may be lost or superfluous: look from time to time
    /// too. The callback only signals; it does not block.
    /// </summary>
    /// <returns>Ends the calls when disposed of.</returns>
    public IDisposable OnWake(RedisKey stream, Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return _wakeups.Listen((string?)stream ?? throw new ArgumentNullException(nameof(stream)), callback);
    }

    private async Task<EventPage?> TryReadAsync(RedisKey stream, string position, string epoch, CancellationToken cancellationToken)
    {
        try
        {
            return EventPage.Of(
                await _store.EvaluateAsync(ReadEvents, [stream], [position, epoch, PageSize], cancellationToken).ConfigureAwait(false));
        }
        catch (RedisUnavailableException)
        {
            // The breaker has said so, once; the reader tries again.
            return null;
        }
    }

    // Spread, so that readers woken together do not stay together.
    private static TimeSpan Poll() => PollInterval * (0.8 + (Random.Shared.NextDouble() * 0.2));

    private static EventEntry Missing(EventGap gap, string epoch, string position, string from, string? to) => new(
        EventPosition.Join(epoch, position),
        [
            new NameValueEntry("from", from.Length > LongestFrom ? "" : from), new NameValueEntry("to", to ?? ""),
            new NameValueEntry("reason", Reason(gap)), new NameValueEntry("epoch", epoch),
        ],
        gap == EventGap.StartedAnew ? EventKind.Epoch : EventKind.Gap);

    private static string Reason(EventGap gap) => gap switch
    {
        EventGap.Trimmed => "trimmed",
        EventGap.StartedAnew => "restarted",
        _ => "unknown",
    };
}
