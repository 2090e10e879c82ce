using Platform.Contracts;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

/// <summary>One service without workers for all tests of a class that send what is refused: each is somebody else's, and what one leaves behind the next finds.</summary>
public sealed class RefusingService : IAsyncLifetime
{
    private readonly RedisFixture _redis = new();
    private TaskServiceApp? _app;

    internal Surroundings Platform { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _redis.InitializeAsync();
        Platform = await Surroundings.CreateAsync(_redis);
        _app = Platform.StartApp(withWorker: false, services: new TestWork().AddTo);
    }

    /// <summary>A client of a person who has sent nothing yet.</summary>
    public HttpClient NewClient() => _app!.ClientOf(PlatformId.New("usr"));

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        await _redis.DisposeAsync();
    }
}
