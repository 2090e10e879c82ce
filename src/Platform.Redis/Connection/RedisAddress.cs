using System.Net;
using StackExchange.Redis;

namespace Platform.Redis.Connection;

/// <summary>Where Redis is and how to sign in, and which setting said so. Prints itself without credentials only.</summary>
internal sealed class RedisAddress
{
    private const int DefaultPort = 6379;

    private readonly ConfigurationOptions _parsed;

    public RedisAddress(string setting, ConfigurationOptions parsed)
    {
        Setting = setting;
        _parsed = parsed;
        for (var i = 0; i < parsed.EndPoints.Count; i++)
        {
            parsed.EndPoints[i] = WithPort(parsed.EndPoints[i]);
        }
    }

    /// <summary>The setting it was read from.</summary>
    public string Setting { get; }

    public int? Database => _parsed.DefaultDatabase;

    public bool HasPassword => !string.IsNullOrEmpty(_parsed.Password);

    public bool HasChannelPrefix => !_parsed.ChannelPrefix.IsNullOrEmpty;

    public EndPointCollection EndPoints => _parsed.EndPoints;

    /// <summary>Takes over all that a connection string may decide; timeouts and failure behaviour are decided by <see cref="RedisOptions"/>.</summary>
    public void CopyTo(ConfigurationOptions target)
    {
        target.EndPoints.Clear();
        foreach (var endPoint in _parsed.EndPoints)
        {
            target.EndPoints.Add(endPoint);
        }

        target.User = _parsed.User;
        target.Password = _parsed.Password;
        target.Ssl = _parsed.Ssl;
        target.SslHost = _parsed.SslHost;
        target.SslProtocols = _parsed.SslProtocols;
        target.CheckCertificateRevocation = _parsed.CheckCertificateRevocation;
        target.ServiceName = _parsed.ServiceName;
        target.Proxy = _parsed.Proxy;
        target.Tunnel = _parsed.Tunnel;
        target.Protocol = _parsed.Protocol;
        target.CommandMap = _parsed.CommandMap;
        target.DefaultVersion = _parsed.DefaultVersion;
        target.ResolveDns = _parsed.ResolveDns;
        target.AllowAdmin = _parsed.AllowAdmin;
        target.HighIntegrity = _parsed.HighIntegrity;
        target.SetClientLibrary = _parsed.SetClientLibrary;
        target.ConnectRetry = _parsed.ConnectRetry;
        target.KeepAlive = _parsed.KeepAlive;
    }

    /// <summary>As a URL with the credentials masked: <c>redis://***:***@host:6379/1</c>.</summary>
    public string ToMaskedUrl(int database)
    {
        var scheme = _parsed.Ssl ? "rediss" : "redis";
        var credentials = HasPassword || !string.IsNullOrEmpty(_parsed.User) ? "***:***@" : "";
        return $"{scheme}://{credentials}{string.Join(',', _parsed.EndPoints.Select(Print))}/{database}";
    }

    private static EndPoint WithPort(EndPoint endPoint) => endPoint switch
    {
        DnsEndPoint { Port: 0 } dns => new DnsEndPoint(dns.Host, DefaultPort),
        IPEndPoint { Port: 0 } ip => new IPEndPoint(ip.Address, DefaultPort),
        _ => endPoint,
    };

    private static string Print(EndPoint endPoint) => endPoint is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : endPoint.ToString() ?? "";
}
