using System.Net;
using System.Text;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Idempotency;

/// <summary>Several processes, one of which dies or stands still while it holds a key.</summary>
public sealed class IdempotencyReplicaTests(RedisFixture redis) : IClassFixture<RedisFixture>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _effects = Path.GetTempFileName();

    public void Dispose() => File.Delete(_effects);

    [Fact]
    public async Task Key_SentAThousandTimesToThreeReplicas_IsCarriedOutOnce()
    {
        await using var replicas = await StartAsync(3, lease: "00:00:15");

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async number =>
        {
            using var response = await PostAsync(replicas[number % 3], "/idempotency/waiting?wait=50", "the-key");
            return (response.StatusCode, Body: await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }));

        Assert.Single(Effects("done"));
        Assert.Equal([HttpStatusCode.Created], answers.Select(answer => answer.StatusCode).Distinct());
        Assert.Single(answers.Select(answer => answer.Body).Distinct());

        using var others = await PostAsync(replicas[1], "/idempotency/waiting?wait=50", "the-key", user: "bob");
        Assert.Equal(HttpStatusCode.Created, others.StatusCode);
        Assert.NotEqual(answers[0].Body, await others.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, Effects("done").Count);
    }

    [Fact]
    public async Task Key_SentAThousandTimesWithoutWaiting_IsCarriedOutOnceAndTheOthersAreTold()
    {
        await using var replicas = await StartAsync(3, lease: "00:00:15");

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async number =>
        {
            using var response = await PostAsync(replicas[number % 3], "/idempotency/orders?wait=50", "the-key");
            return (response.StatusCode, Body: await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }));

        Assert.Single(Effects("done"));
        Assert.Single(answers.Where(answer => answer.StatusCode == HttpStatusCode.Created).Select(answer => answer.Body).Distinct());
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.Created, HttpStatusCode.Conflict]));
    }

    [Theory]
    [InlineData("/idempotency/orders?wait=1500", HttpStatusCode.Created)]
    [InlineData("/idempotency/once?wait=1500", HttpStatusCode.Conflict)]
    public async Task Holder_KilledInItsHandler_IsInFlightUntilTheLeaseEnds(string path, HttpStatusCode afterwards)
    {
        await using var replicas = await StartAsync(2);
        var first = PostAsync(replicas[0], path, "k");
        await Eventually.TrueAsync(() => Effects("begun").Count == 1, Patience, "the handler runs");

        replicas[0].Kill();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => first);

        using (var early = await PostAsync(replicas[1], path, "k"))
        {
            Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
            Assert.Contains("idempotency_in_flight", await early.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.NotNull(early.Headers.RetryAfter);
        }

        var body = "";
        await Eventually.TrueAsync(
            async () =>
            {
                using var later = await PostAsync(replicas[1], path, "k");
                body = await later.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                return later.StatusCode == afterwards && !body.Contains("idempotency_in_flight", StringComparison.Ordinal);
            },
            Patience, "the lease ends");

        if (afterwards == HttpStatusCode.Conflict)
        {
            Assert.Contains("idempotency_outcome_unknown", body, StringComparison.Ordinal);
            Assert.Single(Effects("begun"));
        }
        else
        {
            Assert.Equal(2, Effects("begun").Count);
            Assert.Single(Effects("done"));
        }
    }

    [Fact]
    public async Task Holder_LongerThanItsLease_KeepsTheKey()
    {
        await using var replicas = await StartAsync(2);
        var first = PostAsync(replicas[0], "/idempotency/orders?wait=5000", "k");
        await Eventually.TrueAsync(() => Effects("begun").Count == 1, Patience, "the handler runs");

        while (!first.IsCompleted)
        {
            using var other = await PostAsync(replicas[1], "/idempotency/orders?wait=5000", "k");
            Assert.True(
                other.StatusCode == HttpStatusCode.Conflict || other.Headers.Contains("Idempotent-Replayed"), $"{other.StatusCode} while the first is held");
            await Task.WhenAny(first, Task.Delay(100, TestContext.Current.CancellationToken));
        }

        using var answered = await first;
        Assert.Equal(HttpStatusCode.Created, answered.StatusCode);
        Assert.Single(Effects("begun"));
    }

    [Fact]
    public async Task Holder_PausedBeyondItsLease_IsRefusedAndAnswersAsTheOther()
    {
        await using var replicas = await StartAsync(2);
        var first = PostAsync(replicas[0], "/idempotency/orders?wait=1000", "k");
        await Eventually.TrueAsync(() => Effects("begun").Count == 1, Patience, "the handler runs");
        replicas[0].Pause();

        HttpResponseMessage? second = null;
        await Eventually.TrueAsync(
            async () =>
            {
                second?.Dispose();
                second = await PostAsync(replicas[1], "/idempotency/orders?wait=1000", "k");
                return second.StatusCode == HttpStatusCode.Created;
            },
            Patience, "another takes over");
        replicas[0].Continue();
        using var late = await first;
        using (second)
        {
            // One effect, one body, whoever is asked.
            var body = await second!.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(body, await late.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(second.Headers.Location, late.Headers.Location);
            Assert.True(late.Headers.Contains("Idempotent-Replayed"));
        }

        Assert.Single(Effects("done"));
        Assert.Single(Effects("refused"));
        Assert.True(Fence(Effects("refused")[0]) < Fence(Effects("done")[0]));
    }

    [Fact]
    public async Task Holder_PausedBeyondItsLease_WhereNobodyMayRunAgain_AnswersWhenItIsBack()
    {
        await using var replicas = await StartAsync(2);
        var first = PostAsync(replicas[0], "/idempotency/once?wait=1000", "k");
        await Eventually.TrueAsync(() => Effects("begun").Count == 1, Patience, "the handler runs");
        replicas[0].Pause();

        await Eventually.TrueAsync(
            async () =>
            {
                using var unknown = await PostAsync(replicas[1], "/idempotency/once?wait=1000", "k");
                Assert.Equal(HttpStatusCode.Conflict, unknown.StatusCode);
                return (await unknown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
                    .Contains("idempotency_outcome_unknown", StringComparison.Ordinal);
            },
            Patience, "the lease ends, and nobody takes over");
        replicas[0].Continue();
        using var late = await first;
        using var replay = await PostAsync(replicas[1], "/idempotency/once?wait=1000", "k");

        Assert.Equal(HttpStatusCode.Created, late.StatusCode);
        Assert.Equal(
            await late.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            await replay.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(replay.Headers.Contains("Idempotent-Replayed"));
        Assert.Single(Effects("begun"));
        Assert.Single(Effects("done"));
    }

    private static long Fence(string effect) => long.Parse(effect.Split(' ')[2]);

    // A thousand first requests at once, to processes that have just begun, are about who runs and not about how fast: a holder that does
    // not get to run for two seconds is dead by a lease of two seconds, and rightly taken over.
    private Task<Replicas> StartAsync(int count, string lease = "00:00:02") => Replicas.StartAsync(
        count, redis.ConnectionString, RedisFixture.NewPrefix(), ("Test:Effects", _effects), ("Idempotency:LeaseDuration", lease),
        ("Redis:OperationTimeout", "00:00:05"));

    private static async Task<HttpResponseMessage> PostAsync(Replica replica, string path, string key, string user = "ada")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add("X-User", user);
        return await replica.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private List<string> Effects(string what) => [.. File.ReadAllLines(_effects).Where(line => line.StartsWith(what, StringComparison.Ordinal))];
}
