using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StandIns.Hosting.Tests.Orchestration;

public class WaitTests
{
    [Fact]
    public async Task WaitFor_UntilHealthy_HoldsTheStartBackAndSaysSo()
    {
        var isWell = false;
        await using var app = new TestApp();
        app.Builder.Services.AddHealthChecks().AddCheck("wellness", () => isWell ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Not yet."));
        var first = app.AddShell("first", "sleep 600").WithAnnotation(new HealthCheckAnnotation("wellness"));
        var second = app.AddShell("second", "sleep 600").WithAnnotation(new WaitAnnotation(first.Resource, WaitType.WaitUntilHealthy));
        var readyEvents = 0;
        app.Builder.Eventing.Subscribe<ResourceReadyEvent>(first.Resource, (_, _) =>
        {
            readyEvents++;
            return Task.CompletedTask;
        });
        await app.StartAsync();
        await app.StateAsync(second.Resource, KnownResourceStates.Waiting);
        await app.StateAsync(first.Resource, KnownResourceStates.Running);
        Assert.Equal(KnownResourceStates.Waiting, app.Snapshot(second.Resource).State?.Text);

        isWell = true;

        await app.StateAsync(second.Resource, KnownResourceStates.Running);
        Assert.Equal(1, readyEvents);
        var log = await app.LogAsync(second.Resource);
        string[] expected =
        [
            "Waiting for resource 'first' to enter the 'Running' state.",
            "Waiting for resource 'first' to become healthy.",
            "Waiting for resource ready to execute for 'first'.",
            "Finished waiting for resource 'first'.",
        ];
        Assert.Equal(expected, log.Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Take(expected.Length));
    }

    [Fact]
    public async Task WaitFor_WhatFailsToStart_FailsTooWithTheReason()
    {
        await using var app = new TestApp();
        var missing = app.Builder.AddResource(new ExecutableResource("missing", "no-such-program-anywhere", "/"));
        var waiter = app.AddShell("waiter", "sleep 600").WithAnnotation(new WaitAnnotation(missing.Resource, WaitType.WaitUntilStarted));
        var free = app.AddShell("free", "sleep 600");
        await app.StartAsync();

        await app.StateAsync(waiter.Resource, KnownResourceStates.FailedToStart);
        await app.HealthyAsync(free.Resource);

        Assert.Contains("no-such-program-anywhere", app.Property(missing.Resource, OrchestrationProperties.Problem) as string, StringComparison.Ordinal);
        Assert.Contains("'missing'", app.Property(waiter.Resource, OrchestrationProperties.Problem) as string, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "Running")]
    [InlineData(4, "FailedToStart")]
    public async Task WaitForCompletion_LooksAtTheExitCodeAndRestartsNothing(int exitCode, string expected)
    {
        await using var app = new TestApp();
        var job = app.AddShell("job", $"exit {exitCode}");
        var after = app.AddShell("after", "sleep 600").WithAnnotation(new WaitAnnotation(job.Resource, WaitType.WaitForCompletion));
        await app.StartAsync();

        await app.StateAsync(after.Resource, expected);

        Assert.Equal(exitCode, app.Snapshot(job.Resource).ExitCode);
        Assert.Equal(0, app.Property(job.Resource, OrchestrationProperties.Restarts));
    }

    [Fact]
    public async Task Start_MissingParameter_FailsWithItsName()
    {
        await using var app = new TestApp();
        var parameter = new ParameterResource("api-key", _ => throw new MissingParameterValueException("Parameters:api-key has no value."));
        app.AddShell("user", "sleep 600").WithAnnotation(new EnvironmentCallbackAnnotation(context => context.EnvironmentVariables["KEY"] = parameter));
        app.Builder.AddResource(parameter);

        var exception = await Assert.ThrowsAsync<MissingParameterValueException>(app.StartAsync);

        Assert.Contains("api-key", exception.Message, StringComparison.Ordinal);
    }
}
