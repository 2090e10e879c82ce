using System.Globalization;
using Platform.Benchmarks.SocketLayer;
using Platform.TestKit;

var rounds = ReadArgument("--rounds", 5);
var seconds = ReadArgument("--seconds", 1.0);

await using var server = await RedisServer.StartAsync(new RedisServerOptions { AppendOnly = false });
await using var library = await LibraryClient.ConnectAsync(server);
await using var floor = await FloorClient.ConnectAsync(server);
IClient[] clients = [library, floor];

var time = TimeSpan.FromSeconds(seconds);
var results = new Results();
foreach (var scenario in Scenario.All)
{
    foreach (var client in clients)
    {
        await scenario.MeasureAsync(client, time);
    }
}

for (var round = 0; round < rounds; round++)
{
    foreach (var scenario in Scenario.All)
    {
        foreach (var client in clients)
        {
            results.Add(scenario, client, await scenario.MeasureAsync(client, time));
        }

        // The next round starts with the other one, so that neither always has the warmer machine.
    }

    Array.Reverse(clients);
}

Console.WriteLine($"{Environment.ProcessorCount} cores, {rounds} rounds of {seconds:0.#} s, medians (lowest-highest)");
Console.WriteLine();
Console.Write(results.ToMarkdown(library, floor));

T ReadArgument<T>(string name, T fallback)
    where T : IParsable<T>
{
    var index = Array.IndexOf(args, name);
    return index < 0 ? fallback : T.Parse(args[index + 1], CultureInfo.InvariantCulture);
}
