using StackExchange.Redis;

namespace Platform.Redis.RateLimiting;

/// <summary>The figures that one caller is held to, ready to be sent. Immutable.</summary>
internal sealed class RateLimitRule
{
    public const int ArgumentsPerKey = 7;

    private readonly RedisValue[] _single;

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
        Window = policy.Window;
        Header = Algorithm == RateLimitAlgorithm.Concurrency
            ? $"\"{name}\";q={Limit};qu=\"concurrent-requests\""
            : $"\"{name}\";q={(Algorithm == RateLimitAlgorithm.TokenBucket ? Burst : Limit)};w={(WindowMs + 999) / 1000}";
        _single = Arguments(1, 1);
    }

    public RateLimitAlgorithm Algorithm { get; }

    public bool Shadow { get; }

    public int Limit { get; }

    public long WindowMs { get; }

    public TimeSpan Window { get; }

    /// <summary>The most that can be granted at one instant.</summary>
    public int Burst { get; }

    public string KeyPart { get; }

    /// <summary>The algorithm's letter in scripts.</summary>
    public RedisValue Kind { get; }

    /// <summary>Its member of <c>RateLimit-Policy</c>.</summary>
    public string Header { get; }

    public bool IsConcurrency => Algorithm == RateLimitAlgorithm.Concurrency;

    /// <summary>Arguments of TakePermits for one key. The array may be shared: it is never written to.</summary>
    public RedisValue[] ArgumentsFor(int need, int want) => need == 1 && want == 1 && !IsConcurrency ? _single : Arguments(need, want);

    public void Write(Span<RedisValue> arguments, RedisValue mode, int need, int want, RedisValue last)
    {
        arguments[0] = Kind;
        arguments[1] = mode;
        arguments[2] = need;
        arguments[3] = want;
        arguments[4] = Limit;
        arguments[5] = WindowMs;
        arguments[6] = last;
    }

    public RedisValue Mode => Shadow ? "s" : "e";

    private RedisValue[] Arguments(int need, int want)
    {
        var arguments = new RedisValue[ArgumentsPerKey];
        Write(arguments, Mode, need, want, Burst);
        return arguments;
    }
}
