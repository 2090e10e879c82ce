using System.Globalization;
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
    /// <returns>The entry's id.</returns>
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

        return (string)(await _store.EvaluateAsync(AppendEvent, [stream], arguments, cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>
    /// Replays what follows an id, then follows the stream live until it is cancelled. Where entries may be missing it says so
    /// (<see cref="EventKind.Gap"/>) and goes on with what is left. While Redis is away it waits, and resumes.
    /// </summary>
    /// <param name="stream">The stream; it need not exist yet.</param>
    /// <param name="afterId">
    /// The id read last. <c>0-0</c> replays all that is kept; null begins with what is appended from now on; one that the stream cannot
    /// have given is a gap.
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

        var position = afterId ?? Newest;
        if (afterId is not null && !IsId(afterId))
        {
            yield return Gap(Beginning, afterId, null);
            position = Beginning;
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await TryReadAsync(stream, position, cancellationToken).ConfigureAwait(false) is not { } page)
            {
                await signal.WaitAsync(Poll(), _time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (page.Gap != EventGap.None)
            {
                yield return Gap(page.Position, position, page.Entries.Length > 0 ? page.Entries[0].Id : null);
            }

            var begun = position != Newest;
            position = page.Position;
            foreach (var entry in page.Entries)
            {
                yield return entry;
                position = entry.Id;
            }

            if (begun && page.Entries.Length < PageSize)
            {
                await signal.WaitAsync(Poll(), _time, cancellationToken).ConfigureAwait(false);
            }
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

    private async Task<EventPage?> TryReadAsync(RedisKey stream, string position, CancellationToken cancellationToken)
    {
        try
        {
            return EventPage.Of(await _store.EvaluateAsync(ReadEvents, [stream], [position, PageSize], cancellationToken).ConfigureAwait(false));
        }
        catch (RedisUnavailableException)
        {
            // The breaker has said so, once; the reader tries again.
            return null;
        }
    }

    // Spread, so that readers woken together do not stay together.
    private static TimeSpan Poll() => PollInterval * (0.8 + (Random.Shared.NextDouble() * 0.2));

    private static EventEntry Gap(string position, string from, string? to) =>
        new(position, [new NameValueEntry("from", from), new NameValueEntry("to", to ?? "")], EventKind.Gap);

    /// <summary>Whether Redis can be asked what follows it: nothing follows the greatest id there is, and Redis refuses to look.</summary>
    private static bool IsId(string text) =>
        text.IndexOf('-', StringComparison.Ordinal) is var dash and > 0
        && IsNumber(text.AsSpan(0, dash), out var time) && IsNumber(text.AsSpan(dash + 1), out var sequence)
        && (time, sequence) != (ulong.MaxValue, ulong.MaxValue);

    private static bool IsNumber(ReadOnlySpan<char> text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
