using System.Diagnostics.CodeAnalysis;
using System.Net;
using StackExchange.Redis;

namespace Platform.Redis.Connection;

/// <summary>The URL form: <c>redis[s]://[user:password@]host[:port][/database]</c>, credentials percent-encoded, database also as <c>?db=1</c>.</summary>
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

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0 || url.Port == 0 || url.Fragment.Length > 0)
        {
            error = "is not a valid URL; write redis://[user:password@]host[:port][/database], with the port from 1 to 65535 and "
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

        var port = url.Port > 0 ? url.Port : DefaultPort;
        var colon = url.UserInfo.IndexOf(':', StringComparison.Ordinal);
        parsed = new ConfigurationOptions
        {
            Ssl = scheme == "rediss",
            SslHost = scheme == "rediss" ? url.IdnHost : null,
            DefaultDatabase = database,
            User = colon > 0 ? Uri.UnescapeDataString(url.UserInfo[..colon]) : null,
            Password = colon >= 0 ? Uri.UnescapeDataString(url.UserInfo[(colon + 1)..]) : null,
        };
        parsed.EndPoints.Add(IPAddress.TryParse(url.IdnHost, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(url.IdnHost, port));
        return true;
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
