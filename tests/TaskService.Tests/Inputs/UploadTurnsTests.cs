using Microsoft.AspNetCore.Http;
using Platform.ServiceDefaults.Problems;
using TaskService.Tasks;

namespace TaskService.Tests.Inputs;

public sealed class UploadTurnsTests
{
    private const long Large = 2 * 1024 * 1024;

    [Fact]
    public void Take_BeyondTheMost_IsRefusedUntilOneIsGivenBack()
    {
        var turns = new UploadTurns();
        var taken = Enumerable.Range(0, UploadTurns.MostAtOnce).Select(i => turns.Take("usr_ada", i == 0 ? null : Large)).ToArray();

        var refused = Assert.Throws<ProblemException>(() => turns.Take("usr_ada", Large));
        Assert.Equal((StatusCodes.Status429TooManyRequests, "too_many_uploads", true), (refused.Status, refused.Code, refused.RetryAfter > TimeSpan.Zero));
        Assert.Null(turns.Take("usr_ada", Large / 2));
        Assert.NotNull(turns.Take("usr_bob", Large));

        taken[0]!.Dispose();
        Assert.NotNull(turns.Take("usr_ada", Large));
        Assert.Throws<ProblemException>(() => turns.Take("usr_ada", Large));
    }
}
