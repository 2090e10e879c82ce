using Platform.TestKit;

namespace Platform.Redis.Tests.Support;

public sealed class ReplicasTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Replicas_Started_AnswerEachOnItsOwn()
    {
        await using var replicas = await Replicas.StartAsync(2, redis.ConnectionString, RedisFixture.NewPrefix());

        replicas[0].Kill();

        Assert.Equal("alive", await replicas[1].Client.GetStringAsync(new Uri("/alive", UriKind.Relative), TestContext.Current.CancellationToken));
    }
}
