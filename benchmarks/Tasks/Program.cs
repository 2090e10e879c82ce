using Platform.Benchmarks;
using Platform.Benchmarks.Tasks.Harness;
using Platform.Benchmarks.Tasks.Sections;
using Platform.TestKit;
using StackExchange.Redis;

var arguments = new Arguments(args, "--check", "--list", "--telemetry", "--no-peers", "--soak");

// The file is rewritten between rounds, never within one.
await using var server = await RedisServer.StartAsync(new RedisServerOptions
{
    AppendOnly = true, MaxMemory = "4gb", ExtraConfiguration = ["auto-aof-rewrite-percentage 0"],
});
await using var admin = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",allowAdmin=true");
if (arguments.Has("--soak"))
{
    await using var alone = await Bench.StartAsync(server, admin, new Dictionary<string, Peer>(), TimeSpan.Zero, arguments.Has("--telemetry"));
    return await Soak.RunAsync(alone, arguments.Read("--tasks", 1_000_000)) ? 0 : 1;
}

Section[] sections =
[
    .. new Section[] { new SingleEnqueueSection(), new BatchEnqueueSection(), new ProcessSection(), new PickUpSection(arguments.Read("--pick-ups", 200)) }
        .Where(section => arguments.Filter is null || section.Name.Contains(arguments.Filter, StringComparison.OrdinalIgnoreCase)),
];
if (arguments.Has("--list") || sections.Length == 0)
{
    Console.WriteLine(string.Join('\n', sections.Select(section => section.Name)));
    return sections.Length == 0 ? 1 : 0;
}

var runner = new Runner(arguments.Read("--rounds", 7), arguments.Read("--warm-ups", 3));
var peers = new Dictionary<string, Peer>();
List<string> misses = [];
try
{
    if (!arguments.Has("--no-peers"))
    {
        peers["bee-queue"] = Peer.Start("bee-queue.mjs", server);
        peers["BullMQ"] = Peer.Start("bullmq.mjs", server);
    }

    await using var bench = await Bench.StartAsync(
        server, admin, peers, TimeSpan.FromMilliseconds(arguments.Read("--burst", 300)), arguments.Has("--telemetry"));
    Console.WriteLine($"{Environment.ProcessorCount} cores, {runner.Rounds} rounds of {bench.BurstTime.TotalMilliseconds:0} ms: medians (lowest-highest)");
    foreach (var section in sections)
    {
        var result = await runner.RunAsync(bench, section);
        Console.WriteLine();
        Console.Write(result.ToMarkdown());
        misses.AddRange(result.Misses());
    }
}
finally
{
    foreach (var peer in peers.Values)
    {
        await peer.DisposeAsync();
    }
}

return arguments.Has("--check") && misses.Count > 0 ? 1 : 0;
