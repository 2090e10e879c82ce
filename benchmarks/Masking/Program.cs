using System.Text;
using Platform.Benchmarks;
using Platform.Benchmarks.Masking;
using Platform.Benchmarks.Masking.Service;
using Platform.Benchmarks.Tokens;

var arguments = new Arguments(args, "--check", "--list", "--no-peers", "--mask", "--hostile", "--service");
if (arguments.Has("--list"))
{
    Console.WriteLine("logs\nJSON\nprose\n--mask\n--hostile\n--service");
    return 0;
}

var isMissed = false;
if (arguments.Has("--service"))
{
    var report = new Report();
    await ServiceSection.RunAsync(arguments, report);
    Console.OutputEncoding = Encoding.UTF8;
    Console.Write(report.ToMarkdown());
    isMissed = report.HasMiss;
}
else
{
    isMissed = arguments.Has("--hostile") ? HostileSection.IsMissed(arguments) : TextSection.IsMissed(arguments);
}

return arguments.Has("--check") && isMissed ? 1 : 0;
