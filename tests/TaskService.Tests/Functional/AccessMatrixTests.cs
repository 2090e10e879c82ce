using Microsoft.AspNetCore.Mvc.Testing;
using Platform.Contracts;
using Platform.Tasks.Batches;
using Platform.Tasks.Client;

namespace TaskService.Tests.Functional;

public sealed class AccessMatrixTests(AccessedTaskService service) : Shared.AccessMatrixTests(service), IClassFixture<AccessedTaskService>;

/// <summary>Without a worker: what was submitted waits.</summary>
public sealed class AccessedTaskService : Shared.AccessedService
{
    private Surroundings? _surroundings;
    private TaskServiceApp? _application;

    internal override async Task<Shared.AccessScene> NewSceneAsync()
    {
        var (owner, other) = (PlatformId.New("usr"), PlatformId.New("usr"));
        using var client = _application!.ClientOf(owner);
        var task = await client.SubmitAsync(TaskCalls.NdJson("""{"email":"ada@example.com"}"""));
        var batch = await _application.Get<TaskClient>().EnqueueBatchAsync([new BatchTask("mail", new { })], options: new EnqueueOptions { Owner = owner });
        return new(TokensOf(_surroundings!.Issuer, owner, other), new Dictionary<string, string> { ["task"] = task, ["batch"] = batch.Id });
    }

    private protected override async Task<WebApplicationFactory<Program>> CreateAsync()
    {
        _surroundings = await Surroundings.CreateAsync(Redis);
        return _application = new TaskServiceApp(_surroundings, withWorker: false, null, []);
    }

    private protected override async Task CleanAsync()
    {
        await _application!.DisposeAsync();
        await _surroundings!.DisposeAsync();
    }
}
