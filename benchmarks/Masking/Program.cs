using Platform.Benchmarks;
using Platform.Benchmarks.Masking;

var arguments = new Arguments(args, "--check", "--list", "--no-peers", "--hostile");
if (arguments.Has("--list"))
{
    Console.WriteLine("logs\nJSON\nprose\n--hostile");
    return 0;
}

var isMissed = arguments.Has("--hostile") ? HostileSection.IsMissed(arguments) : TextSection.IsMissed(arguments);
return arguments.Has("--check") && isMissed ? 1 : 0;
