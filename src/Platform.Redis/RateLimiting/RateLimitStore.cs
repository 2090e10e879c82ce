using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Platform.Redis.Events;
using Platform.Redis.Keys;
using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Redis.RateLimiting;

/// <summary>What all instances share beside the permits: heartbeats, changed policies, bans, demand. One slot, one script a second.</summary>
internal sealed class RateLimitStore
{
    public const int MostBans = 10_000;

    private static readonly RedisScript SyncRateLimits = RedisScript.FromResource(typeof(RateLimitStore).Assembly, "SyncRateLimits.lua");
    private static readonly RedisScript ChangeRateLimits = RedisScript.FromResource(typeof(RateLimitStore).Assembly, "ChangeRateLimits.lua");
    private static readonly TimeSpan InstanceLifetime = TimeSpan.FromSeconds(10);

    private readonly RedisStore _redis;
    private readonly EventWakeups _wakeups;
    private readonly RedisKey _instances;
    private readonly RedisKey _policies;
    private readonly RedisKey _bans;
    private readonly RedisKey _demand;
    private readonly string _id = RandomNumberGenerator.GetHexString(16, lowercase: true);

    public RateLimitStore(RedisStore redis, Keyspace keyspace, EventWakeups wakeups)
    {
        _redis = redis;
        _wakeups = wakeups;
        _instances = keyspace.Key(RateLimitKeys.Instances, RateLimitKeys.Shared);
        _policies = keyspace.Key(RateLimitKeys.Policies, RateLimitKeys.Shared);
        _bans = keyspace.Key(RateLimitKeys.Bans, RateLimitKeys.Shared);
        _demand = keyspace.Key(RateLimitKeys.Demand, RateLimitKeys.Shared);
    }

    /// <summary>Calls back when another instance changed something.</summary>
    public IDisposable Listen(Action changed) => _wakeups.Listen(_policies.ToString(), changed);

    public async Task<RateLimitSync> SyncAsync(
        string knownVersion, IReadOnlyList<(string Policy, RateLimitDemand Demand)> demand, CancellationToken cancellationToken)
    {
        List<RedisValue> arguments =
            [_id, (long)InstanceLifetime.TotalMilliseconds, knownVersion, (long)RateLimitKeys.Demand.Ttl.Longest!.Value.TotalMilliseconds];
        foreach (var (policy, counts) in demand)
        {
            arguments.AddRange([$"{policy}.allowed", counts.Allowed, $"{policy}.denied", counts.Denied, $"{policy}.shadow", counts.ShadowDenied]);
        }

        var reply = (RedisResult[])(await _redis.EvaluateAsync(
            SyncRateLimits, [_instances, _policies, _bans, _demand], [.. arguments], cancellationToken).ConfigureAwait(false))!;
        var instances = new InstanceShare(Math.Max(1, (int)reply[0]), (int)reply[1]);
        return reply.Length == 3
            ? new RateLimitSync(instances, (string)reply[2]!, null, null)
            : new RateLimitSync(instances, (string)reply[2]!, Changes((RedisValue[])reply[3]!), Bans((RedisValue[])reply[4]!));
    }

    /// <summary>Changes a policy; null puts the configured one in force again.</summary>
    public Task ChangePolicyAsync(string policy, RateLimitPolicyChange? change, CancellationToken cancellationToken) => ChangeAsync(
        "policy", policy, change is null ? "" : JsonSerializer.Serialize(change, RateLimitJson.Default.RateLimitPolicyChange), cancellationToken);

    /// <summary>Refuses a partition for a while; null ends that.</summary>
    /// <returns>False where there are too many bans.</returns>
    public async Task<bool> BanAsync(string name, TimeSpan? duration, CancellationToken cancellationToken) => await ChangeAsync(
        "ban", name, duration is { } time ? ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : "", cancellationToken)
        .ConfigureAwait(false) != "0";

    public async Task<Dictionary<string, long>> DemandAsync(CancellationToken cancellationToken)
    {
        var entries = await _redis.ExecuteAsync(
            "ReadRateLimitDemand", _demand, static (database, key) => database.HashGetAllAsync(key), cancellationToken).ConfigureAwait(false);
        return entries.ToDictionary(entry => entry.Name.ToString(), entry => (long)entry.Value, StringComparer.Ordinal);
    }

    private async Task<string> ChangeAsync(string what, string name, string value, CancellationToken cancellationToken)
    {
        // Versions begin at random, so that one from before a flush is never taken for one after it.
        var first = RandomNumberGenerator.GetInt32(1, int.MaxValue);
        return (string)(await _redis.EvaluateAsync(
            ChangeRateLimits, [_policies, _bans], [what, name, value, MostBans, _wakeups.Channel, first], cancellationToken).ConfigureAwait(false))!;
    }

    private static Dictionary<string, RateLimitPolicyChange> Changes(RedisValue[] fields)
    {
        var changes = new Dictionary<string, RateLimitPolicyChange>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            var name = fields[i].ToString();
            if (name != "version" && Read(fields[i + 1]) is { } change)
            {
                changes[name] = change;
            }
        }

        return changes;
    }

    private static RateLimitPolicyChange? Read(RedisValue json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.ToString(), RateLimitJson.Default.RateLimitPolicyChange);
        }
        catch (JsonException)
        {
            // A newer version of the service wrote what this one cannot read: the configured policy holds.
            return null;
        }
    }

    private static List<KeyValuePair<string, long>> Bans(RedisValue[] members)
    {
        var bans = new List<KeyValuePair<string, long>>(members.Length / 2);
        for (var i = 0; i + 1 < members.Length; i += 2)
        {
            bans.Add(new(members[i].ToString(), (long)(double)members[i + 1]));
        }

        return bans;
    }
}
