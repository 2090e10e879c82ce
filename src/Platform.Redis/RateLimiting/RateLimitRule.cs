using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace Platform.Redis.RateLimiting;

/// <summary>The figures that one caller is held to, ready to be sent. Immutable.</summary>
internal sealed class RateLimitRule
{
    public const int ArgumentsPerKey = 7;

    public const long TicksPerMillisecond = 64_000;

    private readonly RedisValue[] _one;
    private readonly RedisValue[] _oneAndWindow;

    public RateLimitRule(string name, RateLimitPolicyOptions policy, int limit, int? burst)
    {
        Algorithm = policy.Algorithm;
        Shadow = policy.Mode == RateLimitMode.Shadow;
        Limit = limit;
        WindowMs = (long)policy.Window.TotalMilliseconds;
        Burst = Algorithm is RateLimitAlgorithm.Gcra or RateLimitAlgorithm.TokenBucket ? burst ?? limit : limit;
        Kind = Algorithm switch
        {
            RateLimitAlgorithm.FixedWindow => "f",
            RateLimitAlgorithm.SlidingWindow => "s",
            RateLimitAlgorithm.Concurrency => "c",
            _ => "g",
        };

        // Another algorithm or window reads nothing that this one wrote.
        KeyPart = $"{name}.{Kind}{WindowMs}";
        Policy = name;
        Figures = $"{KeyPart}.{Limit}.{Burst}";
        Window = policy.Window;
        Header = Algorithm == RateLimitAlgorithm.Concurrency
            ? $"\"{name}\";q={Limit};qu=\"concurrent-requests\""
            : $"\"{name}\";q={(Algorithm == RateLimitAlgorithm.TokenBucket ? Burst : Limit)};w={(WindowMs + 999) / 1000}";
        Interval = (WindowMs * TicksPerMillisecond + Limit - 1) / Limit;
        TimeToLiveMs = (Burst * Interval / TicksPerMillisecond) + 1;
        _one = Short(1, false);
        _oneAndWindow = Short(1, true);
    }

    /// <summary>GCRA: ticks per permit, rounded up, 64 to a microsecond.</summary>
    public long Interval { get; }

    /// <summary>GCRA: how long a burst takes to come back.</summary>
    public long TimeToLiveMs { get; }

    public bool IsBucket => Algorithm is RateLimitAlgorithm.Gcra or RateLimitAlgorithm.TokenBucket;

    public RateLimitAlgorithm Algorithm { get; }

    public bool Shadow { get; }

    public int Limit { get; }

    public long WindowMs { get; }

    public TimeSpan Window { get; }

    /// <summary>The most that can be granted at one instant.</summary>
    public int Burst { get; }

    public string KeyPart { get; }

    /// <summary>The policy that it is of.</summary>
    public string Policy { get; }

    /// <summary>Tells it from other rules, those of the policy's other tiers among them.</summary>
    public string Figures { get; }

    /// <summary>The algorithm's letter in scripts.</summary>
    public RedisValue Kind { get; }

    /// <summary>Its member of <c>RateLimit-Policy</c>.</summary>
    public string Header { get; }

    public bool IsConcurrency => Algorithm == RateLimitAlgorithm.Concurrency;

    /// <summary>Arguments of the algorithm's own script. The array may be shared: it is never written to.</summary>
    /// <param name="cost">Permits.</param>
    /// <param name="askForWindow">Whether the caller does not know when the window ends: fixed window.</param>
    public RedisValue[] ShortArguments(int cost, bool askForWindow) => cost != 1 ? Short(cost, askForWindow) : askForWindow ? _oneAndWindow : _one;

    /// <summary>Arguments of TakePermits for one key.</summary>
    public RedisValue[] Arguments(int need, int want, RedisValue last)
    {
        var arguments = new RedisValue[ArgumentsPerKey];
        Write(arguments, Mode, need, want, last);
        return arguments;
    }

    public void Write(Span<RedisValue> arguments, RedisValue mode, int need, int want, RedisValue last)
    {
        arguments[0] = Kind;
        arguments[1] = mode;
        arguments[2] = need;
        arguments[3] = want;
        arguments[4] = IsBucket ? Interval : Limit;
        arguments[5] = IsBucket ? TimeToLiveMs : WindowMs;
        arguments[6] = last;
    }

    public RedisValue Mode => Shadow ? "s" : "e";

    // As bytes, which are sent as they are: numbers would be written out for each request.
    private RedisValue[] Short(int cost, bool askForWindow) => Algorithm switch
    {
        RateLimitAlgorithm.FixedWindow when askForWindow => [Bytes(Limit), Bytes(WindowMs), Bytes(cost), Bytes(1)],
        RateLimitAlgorithm.FixedWindow when cost == 1 => [Bytes(Limit), Bytes(WindowMs)],
        RateLimitAlgorithm.FixedWindow => [Bytes(Limit), Bytes(WindowMs), Bytes(cost)],
        RateLimitAlgorithm.SlidingWindow => [Bytes(cost), Bytes(Limit), Bytes(WindowMs)],
        _ => [Bytes(cost * Interval), Bytes(Burst * Interval), Bytes(TimeToLiveMs)],
    };

    private static RedisValue Bytes(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
