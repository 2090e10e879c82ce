using System.Text;
using Platform.Benchmarks;
using Platform.Benchmarks.Http;
using Platform.TestKit;

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
var outcome = new Outcome(cases);
var address = Server.Address(app);
for (var round = -1; round < rounds; round++)
{
    var order = cases.ToArray();
    Random.Shared.Shuffle(order);
    foreach (var one in order)
    {
        var processor = Environment.CpuUsage.TotalTime;
        var key = one.Kind == "replay" ? "replay-of-one-and-the-same-key" : $"{one.Path[1..]}-{round + 1}-";
        var load = await wrk.RunAsync(address + one.Path, seconds, one.Kind, key);
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

Console.OutputEncoding = Encoding.UTF8;
Console.WriteLine($"{Environment.ProcessorCount} cores, {rounds} rounds of {seconds.TotalSeconds:0} s: medians (lowest-highest)");
Console.WriteLine();
Console.Write(outcome.ToMarkdown());
var misses = outcome.Misses().ToList();
misses.ForEach(miss => Console.WriteLine("Missed: " + miss));
return arguments.Has("--check") && misses.Count > 0 ? 1 : 0;
