using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Platform.Contracts;
using Platform.TestKit;

namespace Shared;

/// <summary>
/// One line of an access.txt: method, path, body, and the status for each of <see cref="AccessedService.Callers"/>. In the path a route
/// parameter stands with what is put there, <c>{id=user}</c>: one of the owner's things, or else the word itself. The body is <c>-</c>, JSON
/// without spaces, <c>form:…</c> or <c>ndjson:…</c>, and <c>&lt;user&gt;</c> in it or in the query is one of the owner's things.
/// </summary>
internal sealed partial record AccessRow(string Method, string Path, string Body, IReadOnlyList<int> Statuses)
{
    public const string FileName = "access.txt";

    /// <summary>The lines of this service, and those of what every service has.</summary>
    public static IReadOnlyList<string> Lines { get; } = [.. LinesOf("Shared"), .. LinesOf(Service + ".Tests")];

    public static string Service => typeof(Program).Assembly.GetName().Name!;

    /// <summary>The route that answers, as the service names it.</summary>
    public string Route => $"{Method} {Filling().Replace(Path.Split('?')[0], "{$1}")}";

    public static AccessRow Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 3 + AccessedService.Callers.Length
            ? new(words[0], words[1], words[2], [.. words[3..].Select(word => int.Parse(word, CultureInfo.InvariantCulture))])
            : throw new FormatException($"'{line}' has {words.Length} words. A row is: method path body, and a status for each of {string.Join(", ", AccessedService.Callers)}.");
    }

    /// <summary>The request about the owner's things.</summary>
    public HttpRequestMessage Request(IReadOnlyDictionary<string, string> things) => new(
        new HttpMethod(Method),
        Named(Filling().Replace(Path, match => Uri.EscapeDataString(things.GetValueOrDefault(match.Groups[2].Value, match.Groups[2].Value))), things))
    {
        Content = Content(Named(Body, things)),
    };

    /// <summary>The same about things that nobody has; null where the path names none.</summary>
    public HttpRequestMessage? RequestForNothing(IReadOnlyDictionary<string, string> things) =>
        Filling().Matches(Path).Any(match => things.ContainsKey(match.Groups[2].Value))
            ? Request(things.ToDictionary(thing => thing.Key, thing => Absent(thing.Value)))
            : null;

    public override string ToString() => $"{Method} {Path}";

    private static string Named(string text, IReadOnlyDictionary<string, string> things) =>
        Name().Replace(text, match => things.GetValueOrDefault(match.Groups[1].Value, match.Value));

    private static string Absent(string id) => id.Split('_') is [var prefix, ..] && PlatformId.IsValid(id, prefix)
        ? PlatformId.New(prefix)
        : id[..^8] + new string([.. id[^8..].Select(letter => letter == 'a' ? 'b' : 'a')]);

    private static StringContent? Content(string body) => body switch
    {
        "-" => null,
        _ when body.StartsWith("form:", StringComparison.Ordinal) => new StringContent(body["form:".Length..], Encoding.UTF8, "application/x-www-form-urlencoded"),
        _ when body.StartsWith("ndjson:", StringComparison.Ordinal) => new StringContent(body["ndjson:".Length..], Encoding.UTF8, "application/x-ndjson"),
        _ => new StringContent(body, Encoding.UTF8, "application/json"),
    };

    private static IEnumerable<string> LinesOf(string folder) =>
        File.ReadLines(System.IO.Path.Combine(Repository.Root, "tests", folder, FileName)).Where(line => line.Length > 0 && line[0] != '#');

    [GeneratedRegex(@"\{([^=}]+)=([^}]*)\}")]
    private static partial Regex Filling();

    [GeneratedRegex("<([a-z-]+)>")]
    private static partial Regex Name();
}
