using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;
using UserService.OneUse;
using UserService.Users;

namespace UserService.Tests.OneUse;

public sealed class OneUseTokensTests(ServiceFixture service)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly OneUseTokens _tokens = service.Application.Services.GetRequiredService<OneUseTokens>();

    [Fact]
    public async Task Use_FiftyAtOnce_OneGetsWhatIsBehindIt()
    {
        var token = await IssueAsync(await NewUserAsync(), "content");

        var used = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => UseAsync(token)));

        Assert.Equal("content", Encoding.UTF8.GetString(Assert.Single(used, one => one is not null)!.Content));
    }

    [Fact]
    public async Task Find_AnyNumberOfTimes_LeavesItGood()
    {
        var user = await NewUserAsync();
        var token = await IssueAsync(user);

        Assert.Equal(user.Id, (await FindAsync(token))!.Subject);
        Assert.NotNull(await FindAsync(token));
        Assert.NotNull(await UseAsync(token));
        Assert.Null(await FindAsync(token));
    }

    [Fact]
    public async Task Use_ForAnotherPurpose_IsWorthNothing()
    {
        var token = await IssueAsync(await NewUserAsync());

        Assert.Null(await _tokens.UseAsync(OneUsePurpose.EmailConfirmation, token, CancellationToken.None));
        Assert.Null(await _tokens.UseAsync(OneUsePurpose.Registration, token, CancellationToken.None));
        Assert.NotNull(await UseAsync(token));
    }

    [Fact]
    public async Task Use_WithAnotherAccountsIdInIt_IsWorthNothing()
    {
        var (ada, eve) = (await NewUserAsync(), await NewUserAsync());
        var token = await IssueAsync(eve);
        await IssueAsync(ada);

        Assert.Null(await UseAsync(token.Replace(eve.Id, ada.Id, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Issue_OneMoreThanAreKept_TheOldestIsDead()
    {
        var user = await NewUserAsync();
        var tokens = new List<string>();
        for (var i = 0; i <= OneUseTokens.Most; i++)
        {
            // Later ones expire later, as in life.
            tokens.Add(await _tokens.IssueAsync(OneUsePurpose.PasswordReset, user, [], Hour + TimeSpan.FromSeconds(i), CancellationToken.None));
        }

        Assert.Null(await FindAsync(tokens[0]));
        foreach (var token in tokens.Skip(1))
        {
            Assert.NotNull(await FindAsync(token));
        }
    }

    [Fact]
    public async Task Use_OneOfSeveral_UsesUpTheOthers()
    {
        var user = await NewUserAsync();
        var (first, second) = (await IssueAsync(user), await IssueAsync(user));

        Assert.NotNull(await UseAsync(first));

        Assert.Null(await UseAsync(second));
    }

    [Fact]
    public async Task Use_AfterThePasswordChanged_IsWorthNothing()
    {
        var person = await service.Application.NewPersonAsync();
        await using var scope = service.Application.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = (await users.FindByIdAsync(person.Id))!;
        var token = await IssueAsync(user);

        Assert.True((await users.UpdateSecurityStampAsync(user)).Succeeded);

        Assert.Null(await UseAsync(token));
    }

    [Fact]
    public async Task Use_Expired_IsWorthNothing()
    {
        var user = await NewUserAsync();
        var token = await _tokens.IssueAsync(OneUsePurpose.PasswordReset, user, [], TimeSpan.FromMilliseconds(50), CancellationToken.None);

        // Another that lives longer keeps the key: expiry is each token's own.
        var other = await IssueAsync(user);
        await Eventually.TrueAsync(async () => await FindAsync(token) is null, TimeSpan.FromSeconds(10), "the token expires");

        Assert.NotNull(await FindAsync(other));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ot_")]
    [InlineData("ot_.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ot_usr_01k9w3zzzzzzzzzzzzzzzzzzzz}.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ot_usr_01k9w3zzzzzzzzzzzzzzzzzzzz.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("ot_usr_01k9w3zzzzzzzzzzzzzzzzzzzz.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("rt_usr_01k9w3zzzzzzzzzzzzzzzzzzzz.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Use_MadeUp_IsWorthNothing(string? token) => Assert.Null(await UseAsync(token));

    private Task<string> IssueAsync(User user, string content = "") =>
        _tokens.IssueAsync(OneUsePurpose.PasswordReset, user, Encoding.UTF8.GetBytes(content), Hour, CancellationToken.None);

    private Task<OneUseToken?> FindAsync(string? token) => _tokens.FindAsync(OneUsePurpose.PasswordReset, token, CancellationToken.None);

    private Task<OneUseToken?> UseAsync(string? token) => _tokens.UseAsync(OneUsePurpose.PasswordReset, token, CancellationToken.None);

    private async Task<User> NewUserAsync()
    {
        var person = await service.Application.NewPersonAsync();
        await using var scope = service.Application.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByIdAsync(person.Id))!;
    }
}
