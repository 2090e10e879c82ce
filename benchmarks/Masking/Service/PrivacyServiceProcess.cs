using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Platform.Contracts;
using Platform.TestKit;

namespace Platform.Benchmarks.Masking.Service;

/// <summary>The real service as a process of its own, with a Redis of its own and limits that nobody meets here, and one person who calls it.</summary>
internal sealed class PrivacyServiceProcess : IAsyncDisposable
{
    private const string Limit = "10000000";
    private const string PeakName = "VmHWM:";

    private readonly TokenIssuer _issuer = new();
    private readonly string _person = PlatformId.New("usr");
    private RedisServer _redis = null!;
    private Neighbours _neighbours = null!;
    private Replica _replica = null!;

    private PrivacyServiceProcess()
    {
    }

    public HttpClient Client => _replica.Client;

    /// <summary>The token of the person, good for some minutes.</summary>
    public string Token => _issuer.UserToken(_person);

    /// <summary>The most that the process has held in memory, in MiB.</summary>
    public double PeakMebibytes => File.ReadLines($"/proc/{_replica.ProcessId}/status")
        .Where(line => line.StartsWith(PeakName, StringComparison.Ordinal))
        .Select(line => double.Parse(line[PeakName.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024)
        .First();

    public static async Task<PrivacyServiceProcess> StartAsync()
    {
        var process = new PrivacyServiceProcess();
        process._redis = await RedisServer.StartAsync();
        process._neighbours = await Neighbours.StartAsync(process._issuer);
        process._replica = await Replica.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "PrivacyService.dll"),
            ("environment", "Development"), ("ConnectionStrings:redis", process._redis.ConnectionString), ("Auth:Issuer", process._issuer.Issuer),
            ("Auth:ClientId", "privacyservice"), ("Auth:ClientSecret", "secret-of-privacyservice"), ("Sealing:Key", RandomNumberGenerator.GetHexString(64)),
            ("services:userservice:http:0", process._neighbours.Address),
            ("RateLimiting:Policies:caller:Limit", Limit), ("RateLimiting:Policies:restore-person:Limit", Limit),
            ("Privacy:Gateway:Upstreams:model:Address", process._neighbours.Address + Neighbours.UpstreamPath), ("Logging:LogLevel:Default", "Error"));
        process.SignIn();
        return process;
    }

    /// <summary>Takes a new token, before the last one ends.</summary>
    public void SignIn() => Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);

    public async ValueTask DisposeAsync()
    {
        await _replica.DisposeAsync();
        await _neighbours.DisposeAsync();
        await _redis.DisposeAsync();
        _issuer.Dispose();
    }
}
