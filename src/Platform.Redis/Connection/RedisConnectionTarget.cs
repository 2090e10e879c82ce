using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Platform.Redis.Connection;

/// <summary>The validated address and database of this service, and how its connection behaves.</summary>
internal sealed class RedisConnectionTarget
{
    private readonly RedisAddress _address;
    private readonly RedisOptions _options;
    private readonly IHostEnvironment _environment;

    public RedisConnectionTarget(RedisSource source, IOptions<RedisOptions> options, IHostEnvironment environment)
    {
        // Reading the value validates it, the address included; without an address it has already thrown.
        _options = options.Value;
        _environment = environment;
        _address = source.TryRead(out var address, out var error) ? address : throw new InvalidOperationException(error);
    }

    public int Database => _options.Isolation == RedisIsolation.Prefix ? 0 : _options.Database ?? _address.Database ?? 0;

    public bool HasPassword => _address.HasPassword;

    public string MaskedUrl => _address.ToMaskedUrl(Database);

    public void Apply(ConfigurationOptions connection)
    {
        _address.CopyTo(connection);
        connection.ClientName = _environment.ApplicationName;
        connection.DefaultDatabase = Database;
        connection.ConnectTimeout = (int)_options.ConnectTimeout.TotalMilliseconds;

        // Later than the store's own deadline, which says what an operation that got no answer means.
        connection.AsyncTimeout = connection.SyncTimeout = (int)_options.OperationTimeout.TotalMilliseconds + 100;
        if (connection.KeepAlive <= 0)
        {
            connection.KeepAlive = 10;
        }

        // Redis may come later than the service, and may go: wait in the background, answer callers at once.
        connection.AbortOnConnectFail = false;
        connection.BacklogPolicy = BacklogPolicy.FailFast;
        connection.ReconnectRetryPolicy = new ExponentialRetry(250, 1000);

        // The client reconnects, and gives up on silent connections, only when its heart beats.
        connection.HeartbeatInterval = TimeSpan.FromMilliseconds(500);

        // A replica that was made the primary is known to be one within this time.
        connection.ConfigCheckSeconds = 5;

        // The detail holds keys.
        connection.IncludeDetailInExceptions = false;

        // A key and a channel outside the service's prefix, for a fail-over scheme that is not used here.
        connection.TieBreaker = "";
        connection.ConfigurationChannel = "";
    }
}
