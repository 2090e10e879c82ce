using Platform.Redis.Keys;
using Platform.Redis.Scripting;
using Platform.Tasks;
using Platform.TestKit;
using TaskService.Inputs;

namespace TaskService.Tests;

public sealed class TaskKeysTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly TaskKeys _keys = new(new Keyspace(TaskKeys.Registry));

    [Fact]
    public void Keys_OfAQueueAndItsTasks_ShareOneHashTag()
    {
        Assert.Equal(
            [
                "task:queue:v1:{default}:default.normal", "task:delayed:v1:{default}:default", "task:dead:v1:{default}", "task:index:v1:{default}", "task:outbox:v1:{default}",
                "task:item:v1:{default}:tsk_1", "task:owned:v1:{default}:usr_1", "task:events:v1:{default}:tsk_1",
                "task:submit-claim:v1:{default}:0a", "task:input:v1:{default}:tsk_1", "task:payload:v1:{default}:tsk_1", "task:result:v1:{default}:tsk_1",
                "task:result-index:v1:{default}:tsk_1",
            ],
            new[]
            {
                _keys.Lane("default.normal"), _keys.Delayed("default"), _keys.Dead, _keys.Index, _keys.Outbox, _keys.Item("tsk_1"), _keys.Owned("usr_1"), _keys.Events("tsk_1"),
                _keys.Idempotency("0a"), _keys.Input("tsk_1"), _keys.Payload("tsk_1"), _keys.Result("tsk_1"), _keys.ResultIndex("tsk_1"),
            }.Select(key => key.ToString()));
    }

    [Fact]
    public async Task Scripts_EachLoads()
    {
        RedisScript[] scripts = [.. RedisScript.AllIn(typeof(TaskKeys).Assembly), .. RedisScript.AllIn(typeof(Program).Assembly)];

        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            Assert.Equal(40, ((string)(await redis.GetDatabase().ExecuteAsync("SCRIPT", "LOAD", script.Text))!).Length);
        }
    }
}
