using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Bearer;

public sealed class MetadataTests
{
    [Fact]
    public async Task Metadata_ManyRequestsAtOnce_IsFetchedOnce()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer);
        issuer.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var token = issuer.Sign();

        var requests = Enumerable.Range(0, 40).Select(_ => server.GetAsync("/claims", token)).ToArray();
        await Eventually.TrueAsync(() => issuer.Hits(Issuer.Keys) == 1, TimeSpan.FromSeconds(10), "the keys are asked for");
        issuer.Gate.SetResult();

        Assert.All(await Task.WhenAll(requests), answer => Assert.Equal(200, answer.Status));
        Assert.Equal((1, 1), (issuer.Hits(Issuer.Metadata), issuer.Hits(Issuer.Keys)));
    }

    [Fact]
    public async Task Key_New_IsFoundWithinTheSameRequest()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer);
        await server.GetAsync("/claims", issuer.Sign());

        issuer.AddKey();

        Assert.Equal(200, (await server.GetAsync("/claims", issuer.Sign())).Status);
        Assert.Equal(2, issuer.Hits(Issuer.Keys));
    }

    [Fact]
    public async Task Key_Unknown_ManyTimes_IsLookedForOncePerInterval()
    {
        var clock = new ManualTimeProvider();
        await using var issuer = await Issuer.StartAsync();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var server = await ResourceServer.StartAsync(issuer, options =>
        {
            options.TimeProvider = clock;
            options.RefreshInterval = TimeSpan.FromMinutes(5);
        });
        await server.GetAsync("/claims", issuer.Sign());

        await AttackAsync();
        Assert.Equal(2, issuer.Hits(Issuer.Keys));
        clock.Advance(TimeSpan.FromMinutes(6));
        await AttackAsync();
        Assert.Equal(3, issuer.Hits(Issuer.Keys));
        Assert.Equal(200, (await server.GetAsync("/claims", issuer.Sign())).Status);

        async Task AttackAsync()
        {
            for (var attempt = 0; attempt < 20; attempt++)
            {
                var key = new ECDsaSecurityKey(stranger) { KeyId = $"unknown-{attempt}" };
                var token = issuer.Sign(credentials: new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256));
                Assert.Equal(401, (await server.GetAsync("/claims", token)).Status);
            }
        }
    }

    [Fact]
    public async Task RefreshOnIssuerKeyNotFound_Off_DoesNotLook()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options => options.RefreshOnIssuerKeyNotFound = false);
        await server.GetAsync("/claims", issuer.Sign());

        issuer.AddKey();

        Assert.Equal(401, (await server.GetAsync("/claims", issuer.Sign())).Status);
        Assert.Equal(1, issuer.Hits(Issuer.Keys));
    }

    [Fact]
    public async Task Metadata_Old_IsFetchedAgain()
    {
        var clock = new ManualTimeProvider();
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options =>
        {
            options.TimeProvider = clock;
            options.AutomaticRefreshInterval = TimeSpan.FromHours(12);
        });

        await server.GetAsync("/claims", issuer.Sign());
        clock.Advance(TimeSpan.FromHours(11));
        await server.GetAsync("/claims", issuer.Sign());
        Assert.Equal(1, issuer.Hits(Issuer.Metadata));
        clock.Advance(TimeSpan.FromHours(2));
        await server.GetAsync("/claims", issuer.Sign());
        Assert.Equal(2, issuer.Hits(Issuer.Metadata));
    }

    [Fact]
    public async Task Issuer_DownAtFirst_IsTriedAgainSoon()
    {
        var clock = new ManualTimeProvider();
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options => options.TimeProvider = clock);
        issuer.IsDown = true;

        for (var request = 0; request < 10; request++)
        {
            Assert.Equal(401, (await server.GetAsync("/claims", issuer.Sign())).Status);
        }

        Assert.Equal(1, issuer.Hits(Issuer.Metadata));
        issuer.IsDown = false;
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(200, (await server.GetAsync("/claims", issuer.Sign())).Status);
    }

    [Fact]
    public async Task Issuer_DownLater_OldKeysGoOnServing()
    {
        var clock = new ManualTimeProvider();
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer, options => options.TimeProvider = clock);
        await server.GetAsync("/claims", issuer.Sign());

        issuer.IsDown = true;
        clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(200, (await server.GetAsync("/claims", issuer.Sign())).Status);
        Assert.Equal(200, (await server.GetAsync("/claims", issuer.Sign())).Status);
        Assert.Equal(2, issuer.Hits(Issuer.Metadata));
    }

    [Fact]
    public async Task Backchannel_GivenHandler_IsUsed()
    {
        await using var issuer = await Issuer.StartAsync();
        List<string?> agents = [];
        using var handler = new RecordingHandler(request => agents.Add(request.Headers.UserAgent.ToString()));
        await using var server = await ResourceServer.StartAsync(issuer, options => options.BackchannelHttpHandler = handler);

        Assert.Equal(200, (await server.GetAsync("/claims", issuer.Sign())).Status);
        Assert.Equal(2, agents.Count);
        Assert.All(agents, agent => Assert.Contains("JwtBearer", agent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_Aborted_DoesNotStopTheFetchForOthers()
    {
        await using var issuer = await Issuer.StartAsync();
        await using var server = await ResourceServer.StartAsync(issuer);
        issuer.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = server.GetAsync("/claims", issuer.Sign());
        await Eventually.TrueAsync(() => issuer.Hits(Issuer.Keys) == 1, TimeSpan.FromSeconds(10), "the keys are asked for");

        using (var impatient = new HttpClient())
        using (var abort = new CancellationTokenSource(TimeSpan.FromMilliseconds(50)))
        {
            impatient.DefaultRequestHeaders.Authorization = new("Bearer", issuer.Sign());
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient.GetAsync(new Uri(server.Address, "/claims"), abort.Token));
        }

        issuer.Gate.SetResult();
        Assert.Equal(200, (await first).Status);
        Assert.Equal(1, issuer.Hits(Issuer.Keys));
    }

    private sealed class RecordingHandler(Action<HttpRequestMessage> record) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            record(request);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
