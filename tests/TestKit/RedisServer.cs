using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.TestKit;

/// <summary>
/// A private Redis server on a free loopback port with a directory of its own. It ends with <see cref="DisposeAsync"/>,
/// and with the test process whichever way that ends.
/// </summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const int MaxPortAttempts = 5;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly RedisServerOptions _options;
    private readonly string _binary;
    private readonly string _directory;
    private Process? _process;

    private RedisServer(RedisServerOptions options, string binary)
    {
        _options = options;
        _binary = binary;
        _directory = Directory.CreateTempSubdirectory("platform-redis-").FullName;
        Password = options.RequirePassword ? options.Password ?? NewPassword() : null;
        if (options.Tls)
        {
            Certificate = RedisCertificate.Create(_directory);
        }
    }

    /// <summary>The port; it stays the same over restarts.</summary>
    public int Port { get; private set; }

    /// <summary>The port that the nodes of a cluster speak among themselves on.</summary>
    internal int BusPort { get; private set; }

    /// <summary>The password that clients must give, if any.</summary>
    public string? Password { get; }

    /// <summary>The certificate that the server shows, when it speaks TLS.</summary>
    public X509Certificate2? Certificate { get; }

    /// <summary>The process of the server that runs now.</summary>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The server does not run.");

    /// <summary>The directory with the server's files, its log <c>redis.log</c> among them.</summary>
    public string DataDirectory => _directory;

    /// <summary>What a StackExchange.Redis client connects with.</summary>
    public string ConnectionString
        => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}")
            + (Password is null ? "" : $",password={Password}")
            + (_options.Tls ? ",ssl=true,sslHost=localhost" : "");

    /// <summary>Starts a server, and returns when it answers. Where tests run on a cluster, a test that wants a server is skipped.</summary>
    public static Task<RedisServer> StartAsync(RedisServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        RedisFixture.SkipOnCluster("starts a single server of its own");
        return StartNodeAsync(options, cancellationToken);
    }

    /// <summary>The same for whoever knows better than <see cref="RedisFixture"/> what it starts the server for.</summary>
    internal static async Task<RedisServer> StartNodeAsync(RedisServerOptions? options, CancellationToken cancellationToken)
    {
        var server = new RedisServer(options ?? new RedisServerOptions(), await RedisBinary.LocateAsync(cancellationToken));
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                server.Port = FreePort();
                server.BusPort = server._options.Cluster ? FreePort() : 0;
                try
                {
                    await server.StartProcessAsync(cancellationToken);
                    return server;
                }
                catch (InvalidOperationException) when (attempt < MaxPortAttempts && server.LogSays("Address already in use"))
                {
                    // Somebody else took the port between asking for it and listening on it.
                }
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the server as <c>kill -9</c> does. What it did not write to disk is lost.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref _process, null) is { } process)
        {
            using (process)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }
    }

    /// <summary>Starts the server again on the same port with the same files; kills it first if it still runs.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await KillAsync();
        await StartProcessAsync(cancellationToken);
    }

    /// <summary>Stops the process without ending it: connections stay open and nothing answers.</summary>
    public void Pause() => Signals.Send(ProcessId, Signals.Stop);

    /// <summary>Lets a paused process go on.</summary>
    public void Resume() => Signals.Send(ProcessId, Signals.Continue);

    /// <summary>Asks this server, whatever cluster it is in, and returns the reply as text: the parts of an array are lines.</summary>
    /// <exception cref="RedisReplyException">The reply is an error.</exception>
    public Task<string> CommandAsync(params string[] command) => RedisWire.AskAsync(Port, Password, Certificate, command);

    /// <summary>Ends the server and deletes its files.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        DeleteDirectory();
        Certificate?.Dispose();
    }

    internal static string NewPassword() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The same without waiting, for the end of the process.</summary>
    internal void Abandon()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            process.WaitForExit();
        }

        DeleteDirectory();
    }

    // Below the ports that systems give to clients: while a server is down, a client that keeps trying to reach a port of that range can be
    // given the very same one, connect to itself, and so keep the server from coming back.
    internal static int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(10_000, 32_000);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken; the next one may be free.
            }
        }
    }

    private async Task StartProcessAsync(CancellationToken cancellationToken)
    {
        var configuration = Path.Combine(_directory, "redis.conf");
        await File.WriteAllLinesAsync(configuration, ConfigurationLines(), cancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(configuration, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.Delete(LogPath);
        var process = await ChildProcess.StartAsync(_binary, [configuration], _directory);
        _process = process;
        await WaitUntilReadyAsync(process, cancellationToken);
    }

    private IEnumerable<string> ConfigurationLines()
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        string[] lines =
        [
            "bind 127.0.0.1",
            $"port {(_options.Tls ? "0" : port)}",
            $"dir \"{_directory}\"",
            $"logfile \"{LogPath}\"",
            "daemonize no",
            "save \"\"",
            $"appendonly {(_options.AppendOnly ? "yes" : "no")}",
            "appendfsync everysec",
            $"maxmemory {_options.MaxMemory}",
            $"maxmemory-policy {_options.MaxMemoryPolicy}",
        ];
        string[] password = Password is null ? [] : [$"requirepass {Password}"];
        string[] tls = _options.Tls ? [$"tls-port {port}", .. RedisCertificate.ConfigurationLines(_directory)] : [];
        string[] cluster = _options.Cluster
            ? ["cluster-enabled yes", $"cluster-port {BusPort.ToString(CultureInfo.InvariantCulture)}", "cluster-announce-ip 127.0.0.1"]
            : [];
        return [.. lines, .. password, .. tls, .. cluster, .. _options.ExtraConfiguration];
    }

    private async Task WaitUntilReadyAsync(Process process, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await RedisPing.AnswersAsync(Port, Password, Certificate, cancellationToken))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > StartTimeout)
            {
                var state = process.HasExited ? $"ended with code {process.ExitCode}" : $"did not answer in {StartTimeout.TotalSeconds:0} s";
                await KillAsync();
                throw new InvalidOperationException($"'{_binary}' {state}. Its log ends:\n{LogTail()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    private string LogPath => Path.Combine(_directory, "redis.log");

    private bool LogSays(string text) => File.Exists(LogPath) && File.ReadAllText(LogPath).Contains(text, StringComparison.Ordinal);

    private string LogTail() => File.Exists(LogPath) ? string.Join('\n', File.ReadLines(LogPath).TakeLast(10)) : "(no log)";

    private void DeleteDirectory()
    {
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }
}
