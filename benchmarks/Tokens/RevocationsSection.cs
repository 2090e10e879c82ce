using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Revocations;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Benchmarks.Tokens;

/// <summary>A million live revocations: what each takes in Redis and in a service, and what asking costs.</summary>
internal static class RevocationsSection
{
    private const int Many = 1_000_000;
    private const int Asked = 100_000;
    private const int AtOnce = 500;
    private const string Feed = "user:revocations:v1:{feed}";

    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(71);

    public static async Task RunAsync(Arguments arguments, Report report)
    {
        await InRedisAsync(report);
        InMemory(report, arguments.Read("--rounds", 9));
    }

    private static async Task InRedisAsync(Report report)
    {
        await using var redis = await RedisServer.StartAsync(new RedisServerOptions { AppendOnly = false });
        await using var users = await UserServiceProcess.StartAsync(redis, UserServiceProcess.CheapHash);
        var person = await users.NewPersonAsync();
        if (await users.MeAsync(person) is not HttpStatusCode.OK and var refused)
        {
            throw new InvalidOperationException($"A good token was answered with {refused}.");
        }

        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",allowAdmin=true");
        var script = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src", "UserService", "Revocations", "AppendRevocations.lua"));
        var resident = RunningProcess.ResidentBytes(users.ProcessId);
        var before = await UsedAsync(connection);

        // As UserService writes them; the last one is somebody's who asks on, so that the end of the reading is seen.
        var ids = Enumerable.Range(0, Many - 1).Select(Id).Append(person.SessionId);
        foreach (var page in ids.Chunk(AtOnce))
        {
            await connection.GetDatabase().ScriptEvaluateAsync(
                script, [Feed], [(long)Retention.TotalMilliseconds, "wake", .. page.Select(id => (RedisValue)Entry(id))]);
        }

        var used = await UsedAsync(connection) - before;
        var usage = (long)await connection.GetDatabase().ExecuteAsync("MEMORY", "USAGE", Feed, "SAMPLES", "0");
        report.Add("Redis, bytes a revocation (MEMORY USAGE)", [usage / (double)Many], "a million in one stream", most: 160);
        report.Add("Redis, bytes a revocation (used_memory)", [used / (double)Many], "the same server before", most: 160);

        var since = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(
            async () => await users.MeAsync(person) == HttpStatusCode.Unauthorized, TimeSpan.FromMinutes(2), "UserService has read all of them");
        report.Add("UserService, ms from the last written to all read", [Stopwatch.GetElapsedTime(since).TotalMilliseconds], "a poll a second where the wake-up is lost");
        report.Add(
            "UserService, resident bytes a revocation", [(RunningProcess.ResidentBytes(users.ProcessId) - resident) / (double)Many],
            "the same process before, garbage of the reading included");
    }

    private static void InMemory(Report report, int rounds)
    {
        var until = (uint)DateTimeOffset.UtcNow.Add(Retention).ToUnixTimeSeconds();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var list = new RevocationList(TimeProvider.System, Options.Create(new AuthOptions()));
        for (var i = 0; i < Many; i++)
        {
            list.Add([new Revocation(RevocationKind.Session, RevocationDigest.Of(RevocationKind.Session, Id(i)), RevocationEpoch.Never, until)]);
        }

        var own = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)list.Count;
        before = GC.GetTotalMemory(forceFullCollection: true);
        var dictionary = new ConcurrentDictionary<string, uint>(Enumerable.Range(0, Many).Select(i => KeyValuePair.Create(Id(i), until)));
        var plain = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Many;
        report.Add(
            "service, bytes a revocation", [own], string.Create(CultureInfo.InvariantCulture, $"{plain:0} in a ConcurrentDictionary of ids"), most: 64);

        // Every tenth is revoked; the others are what nearly all requests bring.
        var names = Enumerable.Range(0, Asked).Select(i => i % 10 == 0 ? Id(Random.Shared.Next(Many)) : $"ses_good_{i}").ToArray();
        var tokens = names.Select(name => TokenFacts.Of(Caller(name))).ToArray();
        var medians = new List<double>();
        var tails = new List<double>();
        var others = new List<double>();
        for (var round = -1; round < rounds; round++)
        {
            var check = Measure(i => list.Check(tokens[i]) == RevocationVerdict.Revoked);
            var lookUp = Measure(i => dictionary.ContainsKey(names[i]));
            if (round >= 0)
            {
                medians.Add(check.Median);
                tails.Add(check.Percentile99);
                others.Add(lookUp.Median);
            }
        }

        var beside = $"{Figures.Short(Figures.Median(others))} ns for one look-up in that dictionary; the clock's own {Figures.Short(ClockNanoseconds())} ns are in both";
        report.Add("check of a token, ns, median", medians, beside, most: 1000);
        report.Add("check of a token, ns, p99", tails, "token, session, subject and everybody at once");
        GC.KeepAlive(list);
    }

    private static (double Median, double Percentile99) Measure(Func<int, bool> ask)
    {
        var ticks = new long[Asked];
        var revoked = 0;
        for (var i = 0; i < Asked; i++)
        {
            var start = Stopwatch.GetTimestamp();
            revoked += ask(i) ? 1 : 0;
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        Array.Sort(ticks);
        return revoked == Asked / 10
            ? (Nanoseconds(ticks[Asked / 2]), Nanoseconds(ticks[Asked / 100 * 99]))
            : throw new InvalidOperationException($"{revoked} of {Asked} tokens were found revoked, not every tenth.");
    }

    private static double ClockNanoseconds() => Nanoseconds(Enumerable.Range(0, 1001).Select(_ => -(Stopwatch.GetTimestamp() - Stopwatch.GetTimestamp())).Order().ElementAt(500));

    private static double Nanoseconds(long ticks) => ticks * 1e9 / Stopwatch.Frequency;

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"ses_{number:d26}");

    private static ClaimsPrincipal Caller(string session) => new(new ClaimsIdentity(
        [new("jti", "tok_" + session), new("sid", session), new("sub", "usr_" + session), new("ep", "1-0")], "benchmark"));

    private static byte[] Entry(string session)
    {
        var entry = new byte[13];
        entry[0] = (byte)RevocationKind.Session;
        BinaryPrimitives.WriteUInt64BigEndian(entry.AsSpan(1), RevocationDigest.Of(RevocationKind.Session, session));
        BinaryPrimitives.WriteUInt32BigEndian(entry.AsSpan(9), (uint)DateTimeOffset.UtcNow.Add(Retention).ToUnixTimeSeconds());
        return entry;
    }

    private static async Task<long> UsedAsync(ConnectionMultiplexer connection)
    {
        var memory = (await connection.GetServers()[0].InfoAsync("memory"))[0];
        return long.Parse(memory.Single(pair => pair.Key == "used_memory").Value, CultureInfo.InvariantCulture);
    }
}
