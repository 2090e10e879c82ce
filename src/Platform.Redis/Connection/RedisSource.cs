using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace Platform.Redis.Connection;

/// <summary>
/// Finds the address in the configuration: <c>ConnectionStrings:{name}</c>, else <c>REDIS_URL</c> or <c>REDIS_URI</c>, else
/// <c>REDIS_HOST</c> with <c>REDIS_PORT</c>, <c>REDIS_USERNAME</c>, <c>REDIS_PASSWORD</c>, <c>REDIS_DB</c>, <c>REDIS_SSL</c>.
/// Read when it is first needed, so that configuration added after the registration counts.
/// </summary>
internal sealed class RedisSource(IConfiguration configuration, string connectionName)
{
    public string ConnectionName { get; } = connectionName;

    public bool TryRead([NotNullWhen(true)] out RedisAddress? address, [NotNullWhen(false)] out string? error)
    {
        foreach (var setting in (string[])
            [$"ConnectionStrings:{ConnectionName}", $"Aspire:StackExchange:Redis:{ConnectionName}:ConnectionString",
             "Aspire:StackExchange:Redis:ConnectionString", "REDIS_URL", "REDIS_URI"])
        {
            if (configuration[setting] is { Length: > 0 } text)
            {
                return TryParse(setting, text, out address, out error);
            }
        }

        return TryReadParts(out address, out error);
    }

    private static bool TryParse(
        string setting, string text, [NotNullWhen(true)] out RedisAddress? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        error = null;
        ConfigurationOptions? parsed;
        if (RedisUrl.LooksLikeOne(text))
        {
            if (!RedisUrl.TryParse(text, out parsed, out var fault))
            {
                error = $"{setting} {fault}.";
                return false;
            }
        }
        else if (setting is "REDIS_URL" or "REDIS_URI")
        {
            error = $"{setting} is not a URL; write redis://[user:password@]host[:port][/database], or rediss:// for TLS.";
            return false;
        }
        else if (!TryParseString(text, out parsed))
        {
            // The client's own message may repeat part of a password that holds a comma.
            error = $"{setting} cannot be read; write host:port,password=…,defaultDatabase=0 (hosts first), or a redis:// URL. "
                + "A password with a comma fits only the URL form, percent-encoded.";
            return false;
        }

        address = new RedisAddress(setting, parsed);
        error = Check(address);
        return error is null;
    }

    private static bool TryParseString(string text, [NotNullWhen(true)] out ConfigurationOptions? parsed)
    {
        parsed = null;
        if (HasHostAfterOption(text))
        {
            return false;
        }

        try
        {
            parsed = ConfigurationOptions.Parse(text);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            return false;
        }
    }

    // The client would take what follows a comma in a password for a host, and hosts are printed.
    private static bool HasHostAfterOption(string text)
    {
        var parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var firstOption = Array.FindIndex(parts, part => part.Contains('=', StringComparison.Ordinal));
        return firstOption >= 0 && parts[firstOption..].Any(part => !part.Contains('=', StringComparison.Ordinal));
    }

    private bool TryReadParts([NotNullWhen(true)] out RedisAddress? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        error = null;
        if (configuration["REDIS_HOST"] is not { Length: > 0 } host)
        {
            error = $"No Redis is configured. Set ConnectionStrings:{ConnectionName} (host:port,password=…), or REDIS_URL "
                + "(redis://:password@host:6379/0), or REDIS_HOST with REDIS_PORT, REDIS_PASSWORD and REDIS_DB.";
            return false;
        }

        if (!TryReadNumber("REDIS_PORT", 6379, 1, 65535, out var port, out error)
            || !TryReadNumber("REDIS_DB", -1, 0, int.MaxValue, out var database, out error))
        {
            return false;
        }

        var ssl = configuration["REDIS_SSL"];
        if (ssl is { Length: > 0 } && !bool.TryParse(ssl, out _))
        {
            error = "REDIS_SSL is neither true nor false.";
            return false;
        }

        var parsed = new ConfigurationOptions
        {
            User = NullIfEmpty(configuration["REDIS_USERNAME"]),
            Password = NullIfEmpty(configuration["REDIS_PASSWORD"]),
            DefaultDatabase = database < 0 ? null : database,
            Ssl = ssl is { Length: > 0 } && bool.Parse(ssl),
        };
        parsed.EndPoints.Add(IPAddress.TryParse(host, out var ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port));
        address = new RedisAddress("REDIS_HOST", parsed);
        error = Check(address);
        return error is null;
    }

    private bool TryReadNumber(string setting, int otherwise, int least, int most, out int number, [NotNullWhen(false)] out string? error)
    {
        error = null;
        number = otherwise;
        var text = configuration[setting];
        if (string.IsNullOrEmpty(text) || (int.TryParse(text, out number) && number >= least && number <= most))
        {
            return true;
        }

        error = most == int.MaxValue ? $"{setting} is not a number from {least}." : $"{setting} is not a number from {least} to {most}.";
        return false;
    }

    private static string? Check(RedisAddress address)
    {
        if (address.EndPoints.Count == 0)
        {
            return $"{address.Setting} names no host; begin it with host:port.";
        }

        // What the client cannot read as host and port it takes for the host's name.
        if (address.EndPoints.OfType<DnsEndPoint>().Any(host => host.Host.Contains(':', StringComparison.Ordinal)))
        {
            return $"{address.Setting} has a port that is not a number from 1 to 65535.";
        }

        return address.HasChannelPrefix
            ? $"{address.Setting} sets channelPrefix, which scripts that publish do not see; set Redis:KeyPrefix instead."
            : null;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
