using Microsoft.AspNetCore.Mvc.Testing;
using Platform.Contracts;
using Platform.TestKit.Tokens;

namespace TaskService.Tests.Functional;

public sealed class TokenAttackTests(AttackedTaskService service) : Shared.TokenAttackTests(service), IClassFixture<AttackedTaskService>;

public sealed class AttackedTaskService : Shared.AttackedService
{
    private Surroundings? _surroundings;
    private TaskServiceApp? _application;

    public override string Path => "/v1/tasks";

    public override int KeySetLoads => _surroundings!.Issuer.KeySetLoads;

    public override Task RevokeSessionAsync(string sessionId)
    {
        _surroundings!.Issuer.RevokeSession(sessionId);
        return Task.CompletedTask;
    }

    private protected override async Task<WebApplicationFactory<Program>> CreateAsync()
    {
        _surroundings = await Surroundings.CreateAsync(Redis);
        return _application = new TaskServiceApp(_surroundings, withWorker: false, null, []);
    }

    private protected override Task<TokenForge> CreateForgeAsync(Uri trap) => Task.FromResult(_surroundings!.Issuer.CreateForge(PlatformId.New("usr"), trap));

    private protected override async Task CleanAsync()
    {
        await _application!.DisposeAsync();
        await _surroundings!.DisposeAsync();
    }
}
