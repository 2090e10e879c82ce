using System.Text.RegularExpressions;

namespace Platform.Redis.Scripting;

/// <summary>
/// What the comment at the head of a script declares: one line per key and argument, starting with <c>KEYS[n]</c> or <c>ARGV[n]</c>.
/// <c>KEYS[2..]</c> (also <c>KEYS[2..n]</c>, <c>KEYS[n]</c>) takes any number. The text below may not use more than is declared.
/// </summary>
internal sealed partial class RedisScriptHeader
{
    private readonly Parameters _keys;
    private readonly Parameters _arguments;

    private RedisScriptHeader(Parameters keys, Parameters arguments)
    {
        _keys = keys;
        _arguments = arguments;
    }

    public static RedisScriptHeader Read(string name, string text)
    {
        var start = text.StartsWith("#!", StringComparison.Ordinal) ? text.IndexOf('\n') + 1 : 0;
        var end = start;
        while (end < text.Length && text.AsSpan(end).StartsWith("--"))
        {
            var line = text.IndexOf('\n', end);
            end = line < 0 ? text.Length : line + 1;
        }

        if (end == start)
        {
            throw new InvalidOperationException($"Script {name} does not begin with a comment that declares its KEYS, ARGV and reply.");
        }

        var header = text[start..end];
        var body = text[end..];
        return new RedisScriptHeader(Parameters.Read(name, "KEYS", header, body), Parameters.Read(name, "ARGV", header, body));
    }

    public void Check(string name, int keys, int arguments)
    {
        _keys.Check(name, "KEYS", keys);
        _arguments.Check(name, "ARGV", arguments);
    }

    private readonly record struct Parameters(int Count, bool More)
    {
        public static Parameters Read(string name, string table, string header, string body)
        {
            var count = 0;
            var more = false;
            foreach (Match declaration in Declaration().Matches(header))
            {
                foreach (Match parameter in Parameter().Matches(declaration.Value).Where(one => one.Groups["table"].Value == table))
                {
                    var index = parameter.Groups["index"];
                    var open = !int.TryParse(index.ValueSpan, out var number) || parameter.Groups["more"].Success;
                    more |= open;
                    count = Math.Max(count, open ? number - 1 : number);
                }
            }

            foreach (var used in Use().EnumerateMatches(body))
            {
                var use = body.AsSpan(used.Index, used.Length);
                if (use.StartsWith(table) && int.Parse(use[(table.Length + 1)..^1]) > count && !more)
                {
                    throw new InvalidOperationException($"Script {name} uses {use}, which its header does not declare.");
                }
            }

            return new Parameters(count, more);
        }

        public void Check(string name, string table, int given)
        {
            if (given < Count || (given > Count && !More))
            {
                throw new ArgumentException($"Script {name} takes {(More ? "at least " : "")}{Count} {table}, not {given}.");
            }
        }
    }

    // One or several parameters at the beginning of a line, before what they mean.
    [GeneratedRegex(@"^--[ \t]*(?:(?:KEYS|ARGV)\[[^\]\n]*\](?:[ \t]*(?:,|and|to|\.{2,3}))*[ \t]*)+", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?<table>KEYS|ARGV)\[(?<index>\d*)(?<more>[^\]]+)?\](?<more>[ \t,]*(?:\.{2,3}|to\b))?")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(?:KEYS|ARGV)\[\d+\]")]
    private static partial Regex Use();
}
