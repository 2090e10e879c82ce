using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;
using TaskService.HttpRequests;
using TaskService.Tests.Functional;

namespace TaskService.Tests.HttpRequests;

/// <summary>
/// One service whose only internal network that may be called is 127.0.0.2, and a receiver there and everywhere else on this machine. Names lead
/// where the test says.
/// </summary>
public sealed class HttpRequestScene : IAsyncLifetime
{
    public const string OldSecret = "whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQt";
    public const string NewSecret = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3";

    private readonly RedisFixture _redis = new();

    internal RedisFixture Redis => _redis;

    internal Receiver Receiver { get; private set; } = null!;

    internal Surroundings Platform { get; private set; } = null!;

    internal TaskServiceApp App { get; private set; } = null!;

    internal TestAddresses Addresses { get; } = new();

    internal HttpClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _redis.InitializeAsync();
        Receiver = await Receiver.StartAsync();
        Platform = await Surroundings.CreateAsync(_redis);
        App = StartApp();
        Admin = App.AdminClient();
    }

    internal TaskServiceApp StartApp(bool withWorker = true, Surroundings? platform = null) => (platform ?? Platform).StartApp(
        withWorker, services => services.AddSingleton<IHostAddresses>(Addresses),
        ("HttpRequests:AllowHttp", "true"), ("HttpRequests:Ports:0", $"{Receiver.Port}"), ("HttpRequests:InternalNetworks:0", "127.0.0.2/32"),
        ("HttpRequests:SigningSecrets:0", NewSecret), ("HttpRequests:SigningSecrets:1", OldSecret), ("HttpRequests:AllowedHosts:0", "*.open.example"),
        ("HttpRequests:LongestRetryAfter", "00:10:00"));

    internal string Url(string path, string host = "127.0.0.2") => $"http://{host}:{Receiver.Port}{path}";

    /// <summary>A path of its own for each call.</summary>
    internal string NewPath(Func<Microsoft.AspNetCore.Http.HttpContext, Task>? answer = null)
    {
        var path = $"/{Guid.NewGuid():n}";
        if (answer is not null)
        {
            Receiver.Answers[path] = answer;
        }

        return path;
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Platform.DisposeAsync();
        await Receiver.DisposeAsync();
        await _redis.DisposeAsync();
    }
}

/// <summary>Looks up hosts as a test says; the next answer follows when one was given. What is not said is asked of the system.</summary>
internal sealed class TestAddresses : IHostAddresses
{
    private readonly Dictionary<string, Queue<IPAddress[]>> _answers = new(StringComparer.OrdinalIgnoreCase);

    public void Say(string host, params string[] answers) =>
        _answers[host] = new Queue<IPAddress[]>(answers.Select(answer => Array.ConvertAll(answer.Split(' '), IPAddress.Parse)));

    public Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken) => _answers.TryGetValue(host, out var answers)
        ? Task.FromResult(answers.Count > 1 ? answers.Dequeue() : answers.Peek())
        : new SystemHostAddresses().FindAsync(host, cancellationToken);
}
