using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Platform.Redis.Events;
using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Platform.Redis.Caching;

/// <summary>
/// What other processes cleared and removed. A stream is the truth: a wake-up has it read at once, and one that is lost costs the interval
/// at which the stream is read anyway, a second. Where entries of the stream are missing, nothing in memory is believed any more.
/// </summary>
internal sealed class CacheChanges(
    EventStreams events, Keyspace keyspace, CacheGenerations generations, CacheNamespaceTable namespaces, KeyStripes stripes, TimeProvider time)
    : BackgroundService
{
    private const string ByField = "by";
    private const string StripesField = "stripes";
    private const string IdField = "id";
    private const string GenerationField = "generation";

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);
    private static readonly EventStreamOptions Bounds = new(10_000, TimeSpan.FromDays(1));

    private readonly string _self = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly RedisKey _stream = keyspace.Key(CacheKeys.Changes, "all");
    private readonly Lock _gate = new();
    private Task<string>? _begun;

    /// <summary>
    /// Completes when the place in the stream is fixed from which this process follows it. Nothing is read from Redis before: a clearing in
    /// between would not be heard.
    /// </summary>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public Task<string> BegunAsync()
    {
        var begun = Volatile.Read(ref _begun);
        if (begun is { IsCompletedSuccessfully: true })
        {
            return begun;
        }

        lock (_gate)
        {
            return _begun is null or { IsFaulted: true } or { IsCanceled: true }
                ? _begun = AppendAsync([new NameValueEntry(ByField, _self)], CancellationToken.None)
                : _begun;
        }
    }

    /// <summary>Tells the others that keys were removed.</summary>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public Task RemovedAsync(ReadOnlyMemory<int> removed, CancellationToken cancellationToken)
    {
        var packed = new byte[sizeof(int) * removed.Length];
        for (var i = 0; i < removed.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(sizeof(int) * i), removed.Span[i]);
        }

        return AppendAsync([new NameValueEntry(ByField, _self), new NameValueEntry(StripesField, packed)], cancellationToken);
    }

    /// <summary>Tells the others that a generation was raised.</summary>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public Task RaisedAsync(UInt128 id, string generation, CancellationToken cancellationToken) => AppendAsync(
        [new NameValueEntry(ByField, _self), new NameValueEntry(IdField, id.ToString("x32")), new NameValueEntry(GenerationField, generation)],
        cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var position = await PatientlyAsync(BegunAsync, stoppingToken).ConfigureAwait(false);
        await foreach (var change in events.ReadAsync(_stream, position, stoppingToken).ConfigureAwait(false))
        {
            if (change.Kind != EventKind.Entry)
            {
                // First nothing holds; then what holds is known again.
                EndEverything();
                await PatientlyAsync(() => ReloadAsync(stoppingToken), stoppingToken).ConfigureAwait(false);
            }
            else
            {
                Apply(change.Fields);
            }
        }
    }

    private Task<string> AppendAsync(NameValueEntry[] fields, CancellationToken cancellationToken) =>
        events.AppendAsync(_stream, fields, Bounds, cancellationToken);

    private async Task<bool> ReloadAsync(CancellationToken cancellationToken)
    {
        await generations.ReloadAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private void EndEverything()
    {
        foreach (var space in namespaces.All)
        {
            space.EndEpoch();
        }
    }

    private void Apply(NameValueEntry[] fields)
    {
        string? id = null;
        foreach (var field in fields)
        {
            switch ((string?)field.Name)
            {
                case ByField when field.Value == _self:
                    return;
                case StripesField:
                    var packed = ((ReadOnlyMemory<byte>)field.Value).Span;
                    for (; packed.Length >= sizeof(int); packed = packed[sizeof(int)..])
                    {
                        stripes.Raise(BinaryPrimitives.ReadInt32LittleEndian(packed));
                    }

                    break;
                case IdField:
                    id = field.Value;
                    break;
                case GenerationField when UInt128.TryParse(id, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var raised):
                    generations.Apply(raised, field.Value);
                    break;
            }
        }
    }

    private async Task<T> PatientlyAsync<T>(Func<Task<T>> action, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                return await action().ConfigureAwait(false);
            }
            catch (RedisUnavailableException)
            {
                // The breaker has said so, once.
                await Task.Delay(RetryInterval, time, stoppingToken).ConfigureAwait(false);
            }
        }
    }
}
