using Microsoft.Extensions.DependencyInjection;
using Platform.Redis;
using StackExchange.Redis;
using UserService.Keys;
using UserService.Users;

namespace UserService.Tests.Users;

/// <summary>What is left when the service dies between the steps of a registration or a rename.</summary>
public sealed class CrashTests(ServiceFixture service)
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly NameClaims _claims = service.Application.Services.GetRequiredService<NameClaims>();
    private readonly UserKeys _keys = service.Application.Services.GetRequiredService<UserKeys>();
    private readonly RedisStore _redis = service.Application.Services.GetRequiredService<RedisStore>();
    private readonly string _name = Guid.NewGuid().ToString("n");

    [Fact]
    public async Task Claim_HolderNeverFinished_IsTakenOverOnceItsAccountIsGone()
    {
        var (crashed, next) = (new User(), new User());
        await CreatePendingAsync(crashed, _name);
        Assert.True(await _claims.TryClaimEmailAsync(_name, crashed.Id, "new", None));

        await CreatePendingAsync(next, _name);
        Assert.False(await _claims.TryClaimEmailAsync(_name, next.Id, "new", None));
        await ExpireAsync(crashed);

        Assert.True(await _claims.TryClaimEmailAsync(_name, next.Id, "new", None));
        Assert.Equal(0, await ActivateAsync(crashed));
        Assert.Equal(1, await ActivateAsync(next));
        Assert.Equal(next.Id, await _claims.FindEmailAsync(_name, None));
    }

    [Fact]
    public async Task Claim_HolderNeverFinished_ExpiresByItself()
    {
        var crashed = new User();
        await CreatePendingAsync(crashed, _name, _name);
        Assert.True(await _claims.TryClaimEmailAsync(_name, crashed.Id, "new", None));
        Assert.True(await _claims.TryClaimNameAsync(_name, crashed.Id, "new", None));

        Assert.InRange((await TimeToLiveAsync(_keys.Email(_name)))!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
        Assert.InRange((await TimeToLiveAsync(_keys.Name(_name)))!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Claim_OfAnAccount_StaysAlsoWhenTheAccountClaimsItAgain()
    {
        var account = await service.Application.RegisterAsync(UserServiceApplication.NewEmail(), $"correct horse {_name}", $"ada-{_name[..12]}");
        await using var scope = service.Application.Services.CreateAsyncScope();
        var codec = scope.ServiceProvider.GetRequiredService<AccountCodec>();
        var user = new User { Id = account.GetProperty("id").GetString()!, Email = account.GetProperty("email").GetString(), UserName = $"ada-{_name[..12]}" };
        var (email, name) = (codec.EmailPartition(user), codec.NamePartition(user));
        Assert.Null(await TimeToLiveAsync(_keys.Email(email)));
        Assert.Null(await TimeToLiveAsync(_keys.Name(name)));

        Assert.True(await _claims.TryClaimEmailAsync(email, user.Id, "again", None));

        Assert.Null(await TimeToLiveAsync(_keys.Email(email)));
        Assert.Equal(user.Id, await _claims.FindEmailAsync(email, None));
    }

    [Fact]
    public async Task Keep_OfAClaimThatLapsedOrWasTakenOver_Fails()
    {
        var (stalled, next) = (new User(), new User());
        Assert.False(await _claims.TryKeepEmailAsync(_name, stalled.Id, None));
        Assert.True(await _claims.TryClaimEmailAsync(_name, stalled.Id, "new", None));
        await CreatePendingAsync(next, _name);
        Assert.True(await _claims.TryClaimEmailAsync(_name, next.Id, "new", None));

        Assert.False(await _claims.TryKeepEmailAsync(_name, stalled.Id, None));

        Assert.NotNull(await TimeToLiveAsync(_keys.Email(_name)));
        Assert.True(await _claims.TryKeepEmailAsync(_name, next.Id, None));
        Assert.Null(await TimeToLiveAsync(_keys.Email(_name)));
    }

    [Fact]
    public async Task Claim_FiftyTakeOverADeadOne_OneWins()
    {
        var crashed = new User();
        await CreatePendingAsync(crashed, _name);
        Assert.True(await _claims.TryClaimEmailAsync(_name, crashed.Id, "new", None));
        await ExpireAsync(crashed);
        var claimants = Enumerable.Range(0, 50).Select(_ => new User()).ToArray();
        await Task.WhenAll(claimants.Select(claimant => CreatePendingAsync(claimant, _name)));

        var claimed = await Task.WhenAll(claimants.Select(claimant => _claims.TryClaimEmailAsync(_name, claimant.Id, "new", None)));

        Assert.Single(claimed, won => won);
    }

    [Fact]
    public async Task Claim_OfARenameThatWasNeverFinished_DiesWithItsTime()
    {
        var (owner, next) = (new User(), new User());
        await CreatePendingAsync(owner, "first-" + _name);
        Assert.Equal(1, await ActivateAsync(owner));
        Assert.Equal(1, await BeginRenameAsync(owner, lifeMilliseconds: 60_000));
        Assert.True(await _claims.TryClaimEmailAsync(_name, owner.Id, "new", None));
        await CreatePendingAsync(next, _name);
        Assert.False(await _claims.TryClaimEmailAsync(_name, next.Id, "new", None));

        // Time passes: the same rename with no time left.
        Assert.Equal(1, await BeginRenameAsync(owner, lifeMilliseconds: 0));

        Assert.True(await _claims.TryClaimEmailAsync(_name, next.Id, "new", None));
        var updated = (long)await _redis.EvaluateAsync(
            AccountScripts.UpdateAccount, [_keys.Account(owner.Id)], ["stamp", "new", "profile", "security", _name, ""], None);
        Assert.Equal(-2, updated);
    }

    [Fact]
    public async Task Release_OfAClaimThatWasTakenOver_LeavesIt()
    {
        var (crashed, next) = (new User(), new User());
        Assert.True(await _claims.TryClaimNameAsync(_name, crashed.Id, "new", None));
        await CreatePendingAsync(next, "email-" + _name, _name);
        Assert.True(await _claims.TryClaimNameAsync(_name, next.Id, "new", None));

        await _claims.ReleaseNameAsync(_name, crashed.Id, None);

        Assert.Equal(next.Id, await _claims.FindNameAsync(_name, None));
    }

    [Fact]
    public async Task Release_OfAClaimThatItsAccountIsTakingAgain_LeavesIt()
    {
        var owner = new User();
        await CreatePendingAsync(owner, "first-" + _name);
        Assert.Equal(1, await ActivateAsync(owner));
        Assert.Equal(1, await BeginRenameAsync(owner, lifeMilliseconds: 60_000));
        Assert.True(await _claims.TryClaimEmailAsync(_name, owner.Id, "new", None));

        await _claims.ReleaseEmailAsync(_name, owner.Id, None);
        Assert.Equal(owner.Id, await _claims.FindEmailAsync(_name, None));

        Assert.Equal(1, await BeginRenameAsync(owner, lifeMilliseconds: 0));
        await _claims.ReleaseEmailAsync(_name, owner.Id, None);
        Assert.Null(await _claims.FindEmailAsync(_name, None));
    }

    [Fact]
    public async Task Release_OfAClaimThatWasMadeAgainSinceItWasRead_LeavesIt()
    {
        var owner = new User();
        var claim = _keys.Name(_name);
        Assert.True(await _claims.TryClaimNameAsync(_name, owner.Id, "first", None));
        var read = await _redis.ExecuteAsync("test.read", database => database.StringGetAsync(claim), None);
        Assert.True(await _claims.TryClaimNameAsync(_name, owner.Id, "second", None));

        Assert.Equal(0, (int)await _redis.EvaluateAsync(AccountScripts.ReleaseName, [claim], [read], None));

        Assert.Equal(owner.Id, await _claims.FindNameAsync(_name, None));
    }

    private Task<TimeSpan?> TimeToLiveAsync(RedisKey key) => _redis.ExecuteAsync("test.ttl", database => database.KeyTimeToLiveAsync(key), None);

    private async Task CreatePendingAsync(User user, string emailPartition, string namePartition = "") => Assert.NotEqual(
        0,
        (long)await _redis.EvaluateAsync(
            AccountScripts.CreateAccount,
            [_keys.Account(user.Id)], ["stamp", "profile", "security", emailPartition, namePartition, 60_000], None));

    private async Task<int> ActivateAsync(User user) =>
        (int)await _redis.EvaluateAsync(AccountScripts.ActivateAccount, [_keys.Account(user.Id)], [], None);

    private async Task<int> BeginRenameAsync(User user, int lifeMilliseconds) => (int)await _redis.EvaluateAsync(
        AccountScripts.BeginRename, [_keys.Account(user.Id)], ["stamp", _name, "", lifeMilliseconds, "new"], None);

    private Task<bool> ExpireAsync(User user) => _redis.ExecuteAsync("test.expire", database => database.KeyDeleteAsync(_keys.Account(user.Id)), None);
}
