using Platform.RedisApp;
using Platform.TestKit;

namespace Platform.Redis.Tests.Support;

/// <summary>Processes of <c>tests/RedisApp</c> on one Redis.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private readonly Replica[] _all;

    private Replicas(Replica[] all) => _all = all;

    public Replica this[int index] => _all[index];

    public int Count => _all.Length;

    /// <summary>Starts several at once.</summary>
    public static async Task<Replicas> StartAsync(int count, string connectionString, string keyPrefix, params (string Name, string Value)[] settings)
    {
        IEnumerable<(string Name, string Value)> all =
        [
            ("ConnectionStrings:redis", connectionString),
            ("Redis:KeyPrefix", keyPrefix),
            ("Redis:Isolation", RedisFixture.Isolation),
            ("Sealing:Key", "0123456789abcdef0123456789abcdef0123456789abcdef"),
            .. settings,
        ];
        return new Replicas(await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Replica.StartAsync(typeof(AppKeys).Assembly.Location, all))));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _all)
        {
            await replica.DisposeAsync();
        }
    }
}
