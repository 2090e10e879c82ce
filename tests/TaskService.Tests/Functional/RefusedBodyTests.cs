using System.IO.Pipelines;
using Platform.Contracts;
using Platform.ServiceDefaults.Problems;
using Platform.TestKit;
using TaskService.Inputs;
using TaskService.Tasks;

namespace TaskService.Tests.Functional;

/// <summary>A refused body is given back to the server, which reads on: else it drops the connection and logs an error.</summary>
public sealed class RefusedBodyTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Theory]
    [InlineData(10)]
    [InlineData(1024 * 1024 + 1)]
    public async Task Json_Refused_GivesTheBodyBack(int length)
    {
        var body = await BodyAsync(new byte[length]);

        await Assert.ThrowsAsync<ProblemException>(() => JsonSubmission.ReadDocumentAsync(body, 1024 * 1024, TestContext.Current.CancellationToken));

        Assert.True((await body.ReadAsync(TestContext.Current.CancellationToken)).IsCompleted);
    }

    [Fact]
    public async Task File_Refused_GivesTheBodyBack()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var body = await BodyAsync(new byte[1000]);

        await Assert.ThrowsAsync<InputException>(() => platform.StartApp(withWorker: false).Get<InputStore>()
            .WriteAsync(PlatformId.New("tsk"), body, RecordFormat.NdJson, limit: 999, TestContext.Current.CancellationToken));

        Assert.True((await body.ReadAsync(TestContext.Current.CancellationToken)).IsCompleted);
    }

    private static async Task<PipeReader> BodyAsync(byte[] content)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(content, TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        return pipe.Reader;
    }
}
