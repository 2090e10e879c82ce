using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Platform.Benchmarks;
using Platform.Benchmarks.Http;
using Platform.TestKit;
using StackExchange.Redis;

const string ReplayedKey = "replay-of-one-and-the-same-request";

var arguments = new Arguments(args, "--check", "--list", "--telemetry");
if (arguments.Has("--list"))
{
    Console.WriteLine(string.Join('\n', Case.All.Select(one => one.Name)));
    return 0;
}

if (Wrk.Problem() is { } problem)
{
    Console.Error.WriteLine(problem);
    return 2;
}

var rounds = arguments.Read("--rounds", 9);
var seconds = TimeSpan.FromSeconds(arguments.Read("--seconds", 1));
var wrk = new Wrk(arguments.Read("--connections", 50));
var cases = Case.All.Where(one => arguments.Filter is null || one.Name.Contains(arguments.Filter, StringComparison.OrdinalIgnoreCase)).ToList();

// A case without its yardstick tells nothing.
cases = [.. Case.All.Where(one => cases.Contains(one) || cases.Any(other => other.Yardstick == one.Name))];

await using var redis = await RedisServer.StartAsync(new RedisServerOptions { AppendOnly = false });
await using var app = await Server.StartAsync(redis, arguments.Has("--telemetry"));
await using var admin = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",allowAdmin=true");
using var client = new HttpClient();
var body = JsonSerializer.Serialize(Purchase.Example, JsonSerializerOptions.Web);
var outcome = new Outcome(cases);
var address = Server.Address(app);
for (var round = -1; round < rounds; round++)
{
    var order = cases.ToArray();
    Random.Shared.Shuffle(order);
    foreach (var one in order)
    {
        await admin.GetServers()[0].FlushAllDatabasesAsync();
        await SendOnceAsync(one);
        var processor = Environment.CpuUsage.TotalTime;
        var load = await wrk.RunAsync(address + one.Path, seconds, one.Kind, body, one.Kind == "replay" ? ReplayedKey : $"first-{round + 1}-");
        var used = (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / load.Requests;
        if (load.Refused + load.Failed > 0)
        {
            Console.Error.WriteLine($"{one.Name}: {load.Refused} of {load.Requests} answers were refusals, {load.Failed} requests failed.");
            return 3;
        }

        // The first round only warms up.
        if (round >= 0)
        {
            outcome.Add(one, load, used);
        }
    }
}

await app.StopAsync();
Console.OutputEncoding = Encoding.UTF8;
Console.WriteLine($"{Environment.ProcessorCount} cores, {rounds} rounds of {seconds.TotalSeconds:0} s: medians (lowest-highest)");
Console.WriteLine();
Console.Write(outcome.ToMarkdown());
var misses = outcome.Misses().ToList();
misses.ForEach(miss => Console.WriteLine("Missed: " + miss));
return arguments.Has("--check") && misses.Count > 0 ? 1 : 0;

// What a replay repeats, and what the cache keeps.
async Task SendOnceAsync(Case one)
{
    using var request = new HttpRequestMessage(one.Kind == "get" ? HttpMethod.Get : HttpMethod.Post, address + one.Path);
    if (one.Kind != "get")
    {
        request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        request.Headers.Add("Idempotency-Key", ReplayedKey);
    }

    using var response = await client.SendAsync(request);
    response.EnsureSuccessStatusCode();
}
