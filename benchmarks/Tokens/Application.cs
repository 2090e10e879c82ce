using System.Text;
using Platform.Benchmarks.Http;

namespace Platform.Benchmarks.Tokens;

internal static class Application
{
    private static readonly (string Name, Func<Arguments, Report, Task> RunAsync)[] Sections =
    [
        ("revocations", RevocationsSection.RunAsync), ("authenticated", AuthenticatedSection.RunAsync),
        ("open loop", OpenLoopSection.RunAsync), ("sign-in", SignInSection.RunAsync),
    ];

    public static async Task<int> Main(string[] args)
    {
        var arguments = new Arguments(args, "--check", "--list");
        if (arguments.Has("--list"))
        {
            Console.WriteLine(string.Join('\n', Sections.Select(section => section.Name)));
            return 0;
        }

        if (Wrk.Problem() is { } problem)
        {
            await Console.Error.WriteLineAsync(problem);
            return 2;
        }

        var report = new Report();
        foreach (var (name, runAsync) in Sections)
        {
            if (arguments.Filter is null || name.Contains(arguments.Filter, StringComparison.OrdinalIgnoreCase))
            {
                await runAsync(arguments, report);
            }
        }

        Console.OutputEncoding = Encoding.UTF8;
        Console.WriteLine($"{Environment.ProcessorCount} cores; medians of rounds (lowest-highest)");
        Console.WriteLine();
        Console.Write(report.ToMarkdown());
        return arguments.Has("--check") && report.HasMiss ? 1 : 0;
    }
}
