using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Aspire.Hosting.Redis.Provisioning;

/// <summary>A Redis that somebody else runs, as its connection string describes it.</summary>
internal sealed class GivenRedis
{
    private const int DefaultPort = 6379;

    private GivenRedis(string connectionString, ConfigurationOptions options)
    {
        ConnectionString = connectionString;
        (Host, Port) = options.EndPoints[0] switch
        {
            DnsEndPoint dns => (dns.Host, dns.Port),
            IPEndPoint ip => (ip.Address.ToString(), ip.Port),
            _ => ("", 0),
        };
        Port = Port == 0 ? DefaultPort : Port;
        User = string.IsNullOrEmpty(options.User) ? null : options.User;
        Password = string.IsNullOrEmpty(options.Password) ? null : options.Password;
        UsesTls = options.Ssl;
        TlsHost = options.SslHost ?? Host;
    }

    public string ConnectionString { get; }

    public string Host { get; }

    public int Port { get; }

    public string? User { get; }

    public string? Password { get; }

    public bool UsesTls { get; }

    public string TlsHost { get; }

    public string Address => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    public string Uri => string.Create(
        CultureInfo.InvariantCulture,
        $"{(UsesTls ? "rediss" : "redis")}://{Credentials}{Address}");

    private string Credentials => Password is null
        ? ""
        : $"{System.Uri.EscapeDataString(User ?? "")}:{System.Uri.EscapeDataString(Password)}@";

    /// <exception cref="FormatException">The text is not a connection string; the message says why and repeats nothing of it.</exception>
    public static GivenRedis Parse(string text)
    {
        var connectionString = text.Contains("://", StringComparison.Ordinal) ? FromUri(text) : text.Trim();
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(connectionString);
        }
        catch (ArgumentException exception) when (exception is not ArgumentOutOfRangeException)
        {
            // The client's own message names the keyword, and may quote its value.
            throw new FormatException("it has a keyword or value that the Redis client does not know.");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            throw new FormatException("one of its values is not of the kind its keyword takes.");
        }

        if (options.EndPoints.Count == 0)
        {
            throw new FormatException("it names no host; it should read like host:6379,password=….");
        }

        return new GivenRedis(connectionString, options);
    }

    private static string FromUri(string text)
    {
        if (!System.Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
        {
            throw new FormatException("as an address it must read like redis://:password@host:6379 or rediss://….");
        }

        var credentials = uri.UserInfo.Split(':', 2);
        var user = System.Uri.UnescapeDataString(credentials[0]);
        var password = credentials.Length > 1 ? System.Uri.UnescapeDataString(credentials[1]) : "";
        if (password.Contains(',', StringComparison.Ordinal) || user.Contains(',', StringComparison.Ordinal))
        {
            throw new FormatException("its user or password contains a comma, which the Redis client's connection strings cannot carry.");
        }

        var parts = new List<string> { $"{uri.Host}:{(uri.Port > 0 ? uri.Port : DefaultPort)}" };
        if (user.Length > 0)
        {
            parts.Add($"user={user}");
        }

        if (password.Length > 0)
        {
            parts.Add($"password={password}");
        }

        if (uri.Scheme == "rediss")
        {
            parts.Add("ssl=true");
        }

        if (int.TryParse(uri.AbsolutePath.Trim('/'), NumberStyles.None, CultureInfo.InvariantCulture, out var database))
        {
            parts.Add($"defaultDatabase={database}");
        }

        return string.Join(',', parts);
    }
}
