using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.RateLimiting;
using Platform.Redis.Tests.Support;

namespace Platform.Redis.Tests.RateLimiting;

/// <summary>A service with rate limits and no HTTP.</summary>
internal static class RateLimitHost
{
    public static Task<TestHost> StartAsync(string connectionString, string prefix, params (string Name, RateLimitPolicyOptions Policy)[] policies) =>
        StartAsync(connectionString, prefix, null, policies);

    public static Task<TestHost> StartAsync(
        string connectionString, string prefix, Action<RedisRateLimitingOptions>? configure, params (string Name, RateLimitPolicyOptions Policy)[] policies) =>
        TestHost.StartAsync(connectionString, redis => redis.KeyPrefix = prefix, build: builder => builder
            .AddPlatformRedis("redis", TestKeys.Registry)
            .AddRateLimiting(options =>
            {
                configure?.Invoke(options);
                foreach (var (name, policy) in policies)
                {
                    options.Policies[name] = policy;
                }
            }));

    public static IRateLimits Limits(this TestHost host) => host.Services.GetRequiredService<IRateLimits>();

    /// <summary>As many as the policy grants when so many ask at once.</summary>
    public static async Task<int> GrantedAsync(this TestHost host, string policy, string key, int requests, int cost = 1)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => host.Limits().CheckPolicyAsync(policy, key, cost, default).AsTask()));
        return results.Count(result => result.Allowed);
    }
}
