namespace PrivacyService.Gateway;

/// <summary>
/// What of an upstream a call is for: always something under its configured address. A path that a server on the way might take for one that leads
/// elsewhere is refused, however it is written, because nobody here knows how often an upstream decodes.
/// </summary>
internal static class GatewayTarget
{
    /// <summary>Percent signs may stand for percent signs. Who writes them so more often than this has something to hide.</summary>
    private const int MostDecodings = 4;

    /// <summary>What follows the upstream's name, and the query but for what is the platform's.</summary>
    /// <exception cref="Platform.ServiceDefaults.Problems.ProblemException">It may lead elsewhere.</exception>
    public static Uri Of(GatewayUpstream upstream, HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var rest = path.IndexOf('/', GatewayApi.Path.Length + 1) is > 0 and var at ? path[at..] : "";
        RequireUnder(rest);
        var query = QueryString.Create(request.Query.Where(parameter => parameter.Key != "owner")
            .SelectMany(parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value)));
        var root = upstream.Address.TrimEnd('/');
        var target = new Uri(root + Written(rest) + query.ToUriComponent());
        return rest.Length == 0 || new Uri(root + "/").IsBaseOf(target) ? target : throw GatewayProblems.PathLeadsElsewhere();
    }

    /// <summary>The server has decoded all but slashes, once: what is a percent sign now was written as one.</summary>
    private static string Written(string path) =>
        new PathString(path.Replace("%", "%25", StringComparison.Ordinal).Replace("%252F", "%2F", StringComparison.OrdinalIgnoreCase)).ToUriComponent();

    private static void RequireUnder(string path)
    {
        var decoded = path;
        for (var i = 0; i < MostDecodings && decoded.Contains('%'); i++)
        {
            decoded = Uri.UnescapeDataString(decoded);
        }

        var segments = decoded.Split('/')[1..];
        if (decoded.Contains('\\') || decoded.Any(char.IsControl) || HasEncoded(decoded) || segments.Any(IsStep) || segments.SkipLast(1).Contains(""))
        {
            throw GatewayProblems.PathLeadsElsewhere();
        }
    }

    /// <summary>Some servers cut parameters off before they look: <c>..;x</c>.</summary>
    private static bool IsStep(string segment) => segment.Split(';')[0].Trim() is "." or "..";

    /// <summary>What is encoded still is no UTF-8, such as the dot that some take <c>%C0%AE</c> for; or nobody could look at it.</summary>
    private static bool HasEncoded(string path)
    {
        for (var at = path.IndexOf('%'); at >= 0; at = path.IndexOf('%', at + 1))
        {
            if (at + 2 < path.Length && char.IsAsciiHexDigit(path[at + 1]) && char.IsAsciiHexDigit(path[at + 2]))
            {
                return true;
            }
        }

        return false;
    }
}
