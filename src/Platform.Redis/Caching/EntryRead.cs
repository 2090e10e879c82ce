using System.Threading.Tasks.Sources;
using Platform.Redis.Resilience;
using StackExchange.Redis;

namespace Platform.Redis.Caching;

/// <summary>
/// A hit in Redis, the usual way: the value is made on the thread that brought the reply, with no task and no async method in between. What
/// else a reply comes to is left to <see cref="RedisHybridCache.MissAsync"/>. Serves again once its value was taken.
/// </summary>
internal sealed class EntryRead<TState, T> : IReadReceiver, IValueTaskSource<T>
{
    private const int MostIdle = 256;

    private static readonly ProcessorPool<EntryRead<TState, T>> Idle = new(MostIdle);

    private ManualResetValueTaskSourceCore<T> _result;
    private RedisHybridCache _cache = null!;
    private EntryReader _reader = null!;
    private string _key = "";
    private byte[]? _entryKey;
    private CacheCall _call;
    private CacheContext _context;
    private TState _state = default!;
    private Func<TState, CancellationToken, ValueTask<T>> _factory = null!;
    private IEnumerable<string>? _tags;
    private ExecutionContext? _caller;
    private CancellationToken _cancellation;

    /// <summary>Asks Redis. False where it cannot be asked this way: nothing was sent.</summary>
    public static bool TryBegin(
        RedisHybridCache cache, EntryReader reader, string key, CacheCall call, TState state, Func<TState, CancellationToken, ValueTask<T>> factory,
        IEnumerable<string>? tags, CancellationToken cancellationToken, out ValueTask<T> value)
    {
        value = default;
        if (call.Namespace.Keying is not { } keying)
        {
            return false;
        }

        var read = Idle.TryRent() ?? new EntryRead<TState, T>();
        read._cache = cache;
        read._reader = reader;
        read._key = key;
        read._entryKey = keying.EntryKey(key, read._entryKey);
        read._call = call;
        read._context = reader.ContextOf(key, call.Namespace, keying);
        read._state = state;
        read._factory = factory;
        read._tags = tags;
        read._cancellation = cancellationToken;
        read._caller = ExecutionContext.Capture();
        var version = read._result.Version;
        if (!reader.TrySend(read._entryKey, read, cancellationToken))
        {
            read.Free();
            return false;
        }

        value = new ValueTask<T>(read, version);
        return true;
    }

    void IReadReceiver.Received(RedisValue stored)
    {
        bool fresh;
        T? value;
        try
        {
            fresh = _reader.TryReadFresh(_call, stored, out value);
        }
        catch (Exception exception)
        {
            // Nobody else is there to catch it: it would end the process, and its caller would wait for ever.
            _result.SetException(exception);
            return;
        }

        if (fresh)
        {
            _call.Namespace.Counters.RedisHit();
            _result.SetResult(value!);
        }
        else
        {
            GoOn(new Reading<T>(_entryKey!, _context, stored), away: false);
        }
    }

    void IReadReceiver.Failed(Exception exception)
    {
        if (exception is RedisUnavailableException)
        {
            GoOn(null, away: true);
        }
        else if (RedisFailure.IsWrongType(exception))
        {
            GoOn(new Reading<T>(_entryKey!, _context, RedisValue.Null), away: false);
        }
        else
        {
            _result.SetException(exception);
        }
    }

    T IValueTaskSource<T>.GetResult(short token)
    {
        var value = _result.GetResult(token);
        Free();
        return value;
    }

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _result.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _result.OnCompleted(continuation, state, token, flags);

    // The factory runs in the context of its caller.
    private void GoOn(Reading<T>? asked, bool away)
    {
        var missing = (Read: this, Asked: asked, Away: away);
        _entryKey = null;
        if (_caller is { } caller)
        {
            ExecutionContext.Run(caller, static state => Miss(((EntryRead<TState, T>, Reading<T>?, bool))state!), missing);
        }
        else
        {
            Miss(missing);
        }
    }

    private static async void Miss((EntryRead<TState, T> Read, Reading<T>? Asked, bool Away) missing)
    {
        var read = missing.Read;
        T value;
        try
        {
            value = await read._cache.MissAsync(
                read._key, null, read._state, read._factory, read._call, read._tags, missing.Asked, missing.Away, read._cancellation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            read._result.SetException(exception);
            return;
        }

        read._result.SetResult(value);
    }

    private void Free()
    {
        _result.Reset();
        _cache = null!;
        _reader = null!;
        _key = "";
        _call = default;
        _context = default;
        _state = default!;
        _factory = null!;
        _tags = null;
        _caller = null;
        _cancellation = default;
        Idle.TryReturn(this);
    }
}
