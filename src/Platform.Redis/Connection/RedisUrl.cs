using System.Diagnostics.CodeAnalysis;
using System.Net;
using StackExchange.Redis;

namespace Platform.Redis.Connection;

/// <summary>
/// The URL form: <c>redis[s]://[user:password@]host[:port][,host[:port]...][/database]</c>, credentials percent-encoded, database also as
/// <c>?db=1</c>. Several hosts are nodes of one cluster, or a primary and its replicas.
/// </summary>
internal static class RedisUrl
{
    private const int DefaultPort = 6379;

    public static bool LooksLikeOne(string text) => text.Contains("://", StringComparison.Ordinal);

    /// <summary>Reads it. The error says what to change, and repeats nothing that may be secret.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ConfigurationOptions? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        error = null;
        var scheme = text[..text.IndexOf("://", StringComparison.Ordinal)];
        if (scheme is not ("redis" or "rediss"))
        {
            error = $"has the scheme '{(scheme.Length <= 16 ? scheme : "…")}'; use redis:// or, for TLS, rediss://";
            return false;
        }

        var (first, others) = Split(text);
        if (!IsHost(first, out var url) || url.Fragment.Length > 0 || !TryReadOthers(scheme, others, out var more))
        {
            error = "is not a valid URL; write redis://[user:password@]host[:port][,host[:port]][/database], with the port from 1 to 65535 and "
                + "special characters of the password percent-encoded (# is %23, / is %2F, @ is %40)";
            return false;
        }

        if (url.UserInfo.Length > 0 && !url.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            error = "has a user and no password; write redis://user:password@host, or redis://:password@host for the default user";
            return false;
        }

        if (!TryReadDatabase(url, out var database, out error))
        {
            return false;
        }

        var colon = url.UserInfo.IndexOf(':', StringComparison.Ordinal);
        parsed = new ConfigurationOptions
        {
            Ssl = scheme == "rediss",
            SslHost = scheme == "rediss" ? url.IdnHost : null,
            DefaultDatabase = database,
            User = colon > 0 ? Uri.UnescapeDataString(url.UserInfo[..colon]) : null,
            Password = colon >= 0 ? Uri.UnescapeDataString(url.UserInfo[(colon + 1)..]) : null,
        };
        foreach (var host in (Uri[])[url, .. more])
        {
            parsed.EndPoints.Add(EndPointOf(host));
        }

        return true;
    }

    // The hosts after the first stand between the credentials and the path; without them it is an ordinary URL.
    private static (string First, string[] Others) Split(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = text.AsSpan(start).IndexOfAny('/', '?', '#') is var length and >= 0 ? start + length : text.Length;
        start = text.LastIndexOf('@', end - 1, end - start) is var at and >= 0 ? at + 1 : start;
        var hosts = text[start..end].Split(',');
        return (text[..start] + hosts[0] + text[end..], hosts[1..]);
    }

    private static bool TryReadOthers(string scheme, string[] hosts, [NotNullWhen(true)] out List<Uri>? urls)
    {
        urls = new List<Uri>(hosts.Length);
        foreach (var host in hosts)
        {
            if (!IsHost($"{scheme}://{host}", out var url))
            {
                return false;
            }

            urls.Add(url);
        }

        return true;
    }

    private static bool IsHost(string text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Host.Length > 0 && url.Port != 0;

    private static EndPoint EndPointOf(Uri url)
    {
        var port = url.Port > 0 ? url.Port : DefaultPort;
        return IPAddress.TryParse(url.IdnHost, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(url.IdnHost, port);
    }

    private static bool TryReadDatabase(Uri url, out int? database, [NotNullWhen(false)] out string? error)
    {
        database = null;
        error = null;
        var path = url.AbsolutePath.Trim('/');
        var text = path.Length > 0 ? path : null;
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!pair.StartsWith("db=", StringComparison.Ordinal))
            {
                error = "has a query other than db; the only parameter is ?db=<database>";
                return false;
            }

            text = pair[3..];
        }

        if (text is null)
        {
            return true;
        }

        if (!int.TryParse(text, out var number) || number < 0)
        {
            error = "names a database that is not a number; write redis://host:6379/1";
            return false;
        }

        database = number;
        return true;
    }
}
