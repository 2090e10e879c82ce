using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.Orchestration.Proxying;
using Platform.TestKit;

namespace StandIns.Hosting.Tests.Orchestration;

public class RunningServiceTests
{
    [Fact]
    public async Task Stop_RunningServices_LeavesNoProcessAndNoPortWithinTenSeconds()
    {
        await using var app = new TestApp();
        var echo = app.AddEcho("echo", replicas: 2);
        var stubborn = app.AddShell("stubborn", "trap '' TERM; echo on; while :; do sleep 1; done");
        await app.StartAsync();
        await app.HealthyAsync(echo.Resource);
        await app.HealthyAsync(stubborn.Resource);
        int[] processes = [app.ProcessId(echo.Resource), app.ProcessId(echo.Resource, 1), app.ProcessId(stubborn.Resource)];
        var port = TestApp.UrlOf(echo).Port;
        Assert.All(processes, process => Assert.True(RunningProcess.IsAlive(process)));
        var startedAt = Stopwatch.GetTimestamp();

        await app.App.StopAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(startedAt), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.All(processes, process => Assert.False(RunningProcess.IsAlive(process)));
        Assert.True(PortAllocator.IsFree(port));
        Assert.Equal(KnownResourceStates.Finished, app.Snapshot(echo.Resource).State?.Text);
    }

    [Fact]
    public async Task Dispose_WithoutStop_LeavesNoProcess()
    {
        int process;
        var app = new TestApp();
        var shell = app.AddShell("shell", "sleep 600");
        await using (var application = app.Builder.Build())
        {
            await application.StartAsync();
            await Eventually.TrueAsync(
                () => application.ResourceNotifications.TryGetCurrentState(shell.Resource.GetInstances()[0].Name, out var current)
                    && current.Snapshot.State?.Text == KnownResourceStates.Running,
                TestApp.Patience, "it runs");
            application.ResourceNotifications.TryGetCurrentState(shell.Resource.GetInstances()[0].Name, out var running);
            process = (int)running!.Snapshot.Properties.Single(property => property.Name == OrchestrationProperties.ProcessId).Value!;
            Assert.True(RunningProcess.IsAlive(process));
        }

        Assert.False(RunningProcess.IsAlive(process));
    }

    [Fact]
    public async Task Kill_OfTheOnlyReplica_CallersWaitAndTheRestartIsCounted()
    {
        await using var app = new TestApp();
        var echo = app.AddEcho("echo");
        await app.StartAsync();
        await app.HealthyAsync(echo.Resource);
        using var client = new HttpClient { BaseAddress = TestApp.UrlOf(echo) };
        var first = app.ProcessId(echo.Resource);
        Assert.Equal(first.ToString(), await client.GetStringAsync("/"));

        RunningProcess.Kill(first);
        await Eventually.TrueAsync(() => !RunningProcess.IsAlive(first), TestApp.Patience, "it is dead");
        using var fresh = new HttpClient { BaseAddress = TestApp.UrlOf(echo) };
        var second = await fresh.GetStringAsync("/");

        Assert.NotEqual(first.ToString(), second);
        await app.HealthyAsync(echo.Resource);
        Assert.Equal(second, app.ProcessId(echo.Resource).ToString());
        Assert.Equal(1, app.Property(echo.Resource, OrchestrationProperties.Restarts));
        Assert.Equal(137, app.Snapshot(echo.Resource).ExitCode);
    }

    [Fact]
    public async Task Replicas_OfOneService_ShareTheCallersAndCoverForEachOther()
    {
        await using var app = new TestApp();
        var echo = app.AddEcho("echo", replicas: 2);
        await app.StartAsync();
        await app.HealthyAsync(echo.Resource);
        await Eventually.TrueAsync(async () => (await AskAsync(TestApp.UrlOf(echo), 8)).Distinct().Count() == 2, TestApp.Patience, "both answer");

        var killed = app.ProcessId(echo.Resource);
        RunningProcess.Kill(killed);
        await Eventually.TrueAsync(() => !RunningProcess.IsAlive(killed), TestApp.Patience, "it is dead");
        var answers = await AskAsync(TestApp.UrlOf(echo), 8);

        Assert.DoesNotContain(killed.ToString(), answers);
    }

    [Fact]
    public async Task Proxy_UploadStreamAndSocket_PassUnchanged()
    {
        await using var app = new TestApp();
        var echo = app.AddEcho("echo");
        await app.StartAsync();
        await app.HealthyAsync(echo.Resource);
        using var client = new HttpClient { BaseAddress = TestApp.UrlOf(echo) };
        var upload = RandomNumberGenerator.GetBytes(64 * 1024 * 1024);

        using var content = new ByteArrayContent(upload);
        using var hashed = await client.PostAsync("/hash", content);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(upload)), await hashed.Content.ReadAsStringAsync());

        await using var events = await client.GetStreamAsync("/events");
        using var reader = new StreamReader(events);
        Assert.Equal("data: 0", await reader.ReadLineAsync());

        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(TestApp.UrlOf(echo)) { Scheme = "ws", Path = "/socket" }.Uri, CancellationToken.None);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        var buffer = new byte[100];
        var answer = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal("hello"u8.ToArray(), buffer[..answer.Count]);
    }

    [Fact]
    public async Task Start_CrashesFromTheStart_IsExitedAndSaysWhyWhileOthersRun()
    {
        await using var app = new TestApp();
        var broken = app.AddEcho("broken", variables: ("ECHO_FAILS", "3"));
        var echo = app.AddEcho("echo");
        await app.StartAsync();

        await app.StateAsync(broken.Resource, KnownResourceStates.Exited);
        await app.HealthyAsync(echo.Resource);

        Assert.Equal(3, app.Snapshot(broken.Resource).ExitCode);
        Assert.Contains(await app.LogAsync(broken.Resource), line => line.EndsWith("It cannot start today.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_SettingIsWrong_HasFailedWithTheMessageAndIsNotStartedAgain()
    {
        const string Problem = "Registration:EmailConfirmation cannot be read: set it to one of Off, Required.";
        await using var app = new TestApp();
        var wrong = app.AddEcho("wrong", variables: ("ECHO_MISCONFIGURED", Problem));
        await app.StartAsync();

        await app.StateAsync(wrong.Resource, KnownResourceStates.FailedToStart);

        Assert.Equal(Problem, app.Property(wrong.Resource, OrchestrationProperties.Problem));
        Assert.Equal(0, app.Property(wrong.Resource, OrchestrationProperties.Restarts));
        Assert.NotEqual(0, app.Snapshot(wrong.Resource).ExitCode);
    }

    [Fact]
    public async Task Health_OfAServiceThatFallsIll_IsToldAndRecovers()
    {
        var sick = Path.GetTempFileName();
        File.Delete(sick);
        await using var app = new TestApp();
        var echo = app.AddEcho("echo", variables: ("ECHO_SICK_FILE", sick));
        await app.StartAsync();
        await app.HealthyAsync(echo.Resource);

        await File.WriteAllTextAsync(sick, "");
        await Eventually.TrueAsync(
            () => app.Snapshot(echo.Resource).HealthReports.Any(report => report.Description == "It answered 503."), TestApp.Patience, "the reason is told");
        File.Delete(sick);

        await app.HealthyAsync(echo.Resource);
    }

    [Fact]
    public async Task Start_PublicPortIsTaken_OneErrorNamesResourceEndpointPortAndHolder()
    {
        using var holder = new TcpListener(System.Net.IPAddress.Loopback, 0);
        holder.Start();
        var port = ((System.Net.IPEndPoint)holder.LocalEndpoint).Port;
        await using var app = new TestApp(randomizePorts: false);
        app.AddEcho("echo", port: port);

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(app.StartAsync);

        Assert.Contains("'echo'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'http'", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"port {port}", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_StopAndStart_EndAndBringBackTheService()
    {
        await using var app = new TestApp();
        var echo = app.AddEcho("echo");
        await app.StartAsync();
        await app.HealthyAsync(echo.Resource);
        var first = app.ProcessId(echo.Resource);

        Assert.True((await app.App.ResourceCommands.ExecuteCommandAsync(echo.Resource, LifecycleCommands.Stop)).Success);
        Assert.False(RunningProcess.IsAlive(first));
        Assert.Equal(KnownResourceStates.Finished, app.Snapshot(echo.Resource).State?.Text);

        Assert.True((await app.App.ResourceCommands.ExecuteCommandAsync(echo.Resource, LifecycleCommands.Start)).Success);
        await app.HealthyAsync(echo.Resource);
        Assert.NotEqual(first, app.ProcessId(echo.Resource));
    }

    private static async Task<List<string>> AskAsync(Uri url, int times)
    {
        var answers = new List<string>();
        for (var i = 0; i < times; i++)
        {
            using var client = new HttpClient { BaseAddress = url };
            answers.Add(await client.GetStringAsync("/"));
        }

        return answers;
    }
}
