using Platform.Benchmarks;
using Platform.Benchmarks.Redis.Harness;
using Platform.TestKit;
using StackExchange.Redis;

var arguments = new Arguments(args, "--check", "--list", "--telemetry");
var scenarios = Scenario.All()
    .Where(scenario => arguments.Filter is null || scenario.Name.Contains(arguments.Filter, StringComparison.OrdinalIgnoreCase))
    .ToList();
if (arguments.Has("--list") || scenarios.Count == 0)
{
    Console.WriteLine(string.Join('\n', (scenarios.Count == 0 ? Scenario.All() : scenarios).Select(scenario => scenario.Name)));
    return scenarios.Count == 0 ? 1 : 0;
}

var runner = new Runner(
    arguments.Read("--rounds", 15),
    arguments.Read("--in-flight", 50),
    TimeSpan.FromMilliseconds(arguments.Read("--burst", 200)),
    TimeSpan.FromMilliseconds(arguments.Read("--warm-up", 1500)),
    arguments.Has("--telemetry"));

await using var server = await RedisServer.StartAsync(new RedisServerOptions { AppendOnly = false });
await using var admin = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",allowAdmin=true");

Console.WriteLine(
    $"{Environment.ProcessorCount} cores, {runner.Rounds} rounds of {runner.BurstTime.TotalMilliseconds:0} ms, {runner.InFlight} at once: medians (lowest-highest)");
Console.WriteLine();
Console.WriteLine(Result.Header);
List<string> misses = [];
foreach (var scenario in scenarios)
{
    var result = await runner.RunAsync(server, admin, scenario);
    Console.Write(result.ToMarkdown());
    misses.AddRange(result.Misses());
}

if (misses.Count > 0)
{
    Console.WriteLine();
    Console.WriteLine("Missed:");
    misses.ForEach(miss => Console.WriteLine("- " + miss));
}

return arguments.Has("--check") && misses.Count > 0 ? 1 : 0;
