using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Platform.Benchmarks.Redis.Harness;
using Platform.Redis;
using Platform.Redis.RateLimiting;
using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Benchmarks.Redis.Scenarios;

/// <summary>A decision of each algorithm beside a bare INCR with PEXPIRE on the first; 1,000 subjects in turn, all allowed.</summary>
internal sealed class RateLimitScenario : Scenario
{
    private const int Subjects = 1_000;

    private static readonly RedisScript Window = RedisScript.FromResource(typeof(RateLimitScenario).Assembly, "FixedWindow.lua");

    public override string Name => "rate-limit";

    public override async Task<IReadOnlyList<Candidate>> PrepareAsync(Bench bench)
    {
        var services = await bench.StartAsync((_, redis) => redis.AddRateLimiting(options =>
        {
            foreach (var algorithm in Enum.GetValues<RateLimitAlgorithm>())
            {
                options.Policies[algorithm.ToString().ToLowerInvariant()] = new RateLimitPolicyOptions
                {
                    Algorithm = algorithm,
                    Limit = 10_000_000,
                    Window = TimeSpan.FromMinutes(1),
                    LeaseInChunks = false,
                };
            }
        }));
        var limits = services.GetRequiredService<IRateLimits>();
        var raw = bench.Raw;
        var hash = await bench.LoadScriptAsync(Window.Text);
        var subjects = Enumerable.Range(0, Subjects).Select(subject => $"subject-{subject}").ToArray();
        var keys = Array.ConvertAll(subjects, subject => new RedisKey[] { $"bench:floor:v1:{{{subject}}}" });
        RedisValue[] arguments = [60_000];
        return
        [
            Candidate.Concurrent("INCR, PEXPIRE on first", async i => await raw.ScriptEvaluateAsync(hash, keys[i % Subjects], arguments)),
            Policy(RateLimitAlgorithm.FixedWindow, 0.85),
            Policy(RateLimitAlgorithm.SlidingWindow, 0.6),
            Policy(RateLimitAlgorithm.Gcra, 0.48),
            Policy(RateLimitAlgorithm.TokenBucket, 0.48),
        ];

        Candidate Policy(RateLimitAlgorithm algorithm, double goal)
        {
            var limiter = limits.GetPartitionedLimiter<string>(algorithm.ToString().ToLowerInvariant(), subject => subject);
            return Candidate.Concurrent(
                algorithm.ToString(),
                async i =>
                {
                    using var lease = await limiter.AcquireAsync(subjects[i % Subjects]);
                },
                new Goal(goal) { Sent = 1, Commands = 4 });
        }
    }
}

/// <summary>One busy subject: the script for every request, and permits leased in chunks.</summary>
internal sealed class HotKeyScenario : Scenario
{
    private static readonly RedisScript Window = RedisScript.FromResource(typeof(HotKeyScenario).Assembly, "FixedWindow.lua");

    public override string Name => "rate-limit-hot";

    public override async Task<IReadOnlyList<Candidate>> PrepareAsync(Bench bench)
    {
        var services = await bench.StartAsync((_, redis) => redis.AddRateLimiting(options =>
        {
            options.Policies["leased"] = new RateLimitPolicyOptions
            {
                Algorithm = RateLimitAlgorithm.FixedWindow,
                Limit = 10_000_000,
                Window = TimeSpan.FromSeconds(1),
            };
            options.Policies["denied"] = new RateLimitPolicyOptions { Algorithm = RateLimitAlgorithm.FixedWindow, Limit = 1, Window = TimeSpan.FromHours(1) };
        }));
        var limits = services.GetRequiredService<IRateLimits>();
        var leased = limits.GetLimiter("leased", "subject");
        var denied = limits.GetLimiter("denied", "subject");
        var raw = bench.Raw;
        var hash = await bench.LoadScriptAsync(Window.Text);
        RedisKey[] keys = ["bench:floor:v1:{hot}"];
        RedisValue[] arguments = [60_000];
        return
        [
            Candidate.Concurrent("INCR, PEXPIRE on first", async _ => await raw.ScriptEvaluateAsync(hash, keys, arguments)),
            Candidate.Concurrent("leased permits, 50 callers", _ => AcquireAsync(leased), new Goal(10)),
            Candidate.Single("denied, from memory", async count => await RepeatAsync(denied, count), new Goal { Rate = 1_000_000 }),
        ];
    }

    private static async ValueTask AcquireAsync(RateLimiter limiter)
    {
        using var lease = await limiter.AcquireAsync();
    }

    private static async ValueTask RepeatAsync(RateLimiter limiter, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var lease = await limiter.AcquireAsync();
        }
    }
}
