using System.Globalization;
using System.Text.RegularExpressions;

namespace AppHost.Tests.HttpFiles;

/// <summary>
/// A <c>.http</c> file as editors read it, so far as ours use it: <c>@name = value</c>, <c>###</c> between requests, <c># @name</c> for a request whose answer
/// others use. Two comments are ours: <c># Answers 403</c> or <c># Answers 200 or 409</c> where it is not any success, and <c># Stays open</c> for a stream without an end.
/// </summary>
internal static partial class HttpFile
{
    /// <summary>What is in the file, in its order: a variable or a request.</summary>
    public static IEnumerable<object> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        for (var next = 0; next < lines.Length;)
        {
            var end = Array.FindIndex(lines, next, line => line.StartsWith("###", StringComparison.Ordinal));
            end = end < 0 ? lines.Length : end;
            foreach (var part in ReadSection(lines[next..end], next))
            {
                yield return part;
            }

            next = end + 1;
        }
    }

    private static IEnumerable<object> ReadSection(string[] lines, int first)
    {
        string? name = null;
        var (statuses, staysOpen) = (Array.Empty<int>(), false);
        for (var i = 0; i < lines.Length; i++)
        {
            if (Variable().Match(lines[i]) is { Success: true } variable)
            {
                yield return new HttpFileVariable(variable.Groups[1].Value, variable.Groups[2].Value.Trim());
            }
            else if (lines[i].StartsWith('#'))
            {
                name = Name().Match(lines[i]) is { Success: true } named ? named.Groups[1].Value : name;
                statuses = Answers().Match(lines[i]) is { Success: true } answers
                    ? [.. answers.Groups[1].Captures.Select(one => int.Parse(one.Value, CultureInfo.InvariantCulture))] : statuses;
                staysOpen |= lines[i].StartsWith("# Stays open", StringComparison.Ordinal);
            }
            else if (lines[i].Trim().Length > 0)
            {
                var request = lines[i].Split(' ', 2, StringSplitOptions.TrimEntries);
                var headers = lines.Skip(i + 1).TakeWhile(line => line.Trim().Length > 0).Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).ToArray();
                yield return new HttpFileRequest(
                    first + i + 1, name, request[0], request[1], [.. headers.Select(header => KeyValuePair.Create(header[0], header[1]))],
                    [.. lines.Skip(i + headers.Length + 2)], statuses, staysOpen);
                yield break;
            }
        }
    }

    [GeneratedRegex(@"^@(\w+)\s*=(.*)$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^# @name (\w+)$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^# Answers (\d{3})(?: or (?<1>\d{3}))*$")]
    private static partial Regex Answers();
}

internal sealed record HttpFileVariable(string Name, string Value);

/// <param name="Line">In the file, from 1.</param>
/// <param name="Statuses">What it answers; none for any success.</param>
internal sealed record HttpFileRequest(
    int Line, string? Name, string Method, string Url, IReadOnlyList<KeyValuePair<string, string>> Headers, IReadOnlyList<string> Body, IReadOnlyList<int> Statuses, bool StaysOpen)
{
    /// <summary>A form of several parts needs the line ends of the internet; all other bodies are as they stand.</summary>
    public string Text
    {
        get
        {
            var lines = Body.Reverse().SkipWhile(line => line.Length == 0).Reverse();
            return Headers.Any(header => header.Value.StartsWith("multipart/", StringComparison.Ordinal)) ? string.Join("\r\n", lines) + "\r\n" : string.Join('\n', lines);
        }
    }
}
