using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts;
using Platform.Contracts.People;
using Shared;
using UserService.Audit;
using UserService.Tests.Clients;
using UserService.Tests.TwoFactor;
using UserService.Users;

namespace UserService.Tests.PersonalData;

public sealed class ExportTests(ServiceFixture service)
{
    private UserServiceApplication Application => service.Application;

    [Fact]
    public async Task Export_PersonWithEverything_TellsAllPartsAndNothingThatOpensTheAccount()
    {
        var ada = await TwoFactorPerson.CreateAsync(Application);
        using var anybody = Application.CreateClient();
        var tokens = await ada.SignInAsync(anybody);
        await using var scope = Application.Services.CreateAsyncScope();
        var user = (await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByIdAsync(ada.Account.Id))!;
        using var client = await TaskServiceAsync();

        var parts = await ExportedPerson.ReadAsync(client, ada.Account.Id);

        var account = Assert.Single(parts["account"]);
        Assert.Equal((ada.Account.Email, "Ada Lovelace"), (Text(account, "email"), Text(account, "displayName")));
        Assert.Equal((true, ada.RecoveryCodes.Count - 1), (account.GetProperty("twoFactorEnabled").GetBoolean(), account.GetProperty("recoveryCodesLeft").GetInt32()));
        Assert.Contains(parts["sessions"], session => Text(session, "id") == tokens.SessionId);
        Assert.NotEmpty(parts["known-networks"]);
        Assert.Contains(parts["audit"], entry => Text(entry, "action") == AuditActions.TwoFactorTurnedOn && Text(entry, "userId") == ada.Account.Id);
        Assert.Contains(parts["audit"], entry => Text(entry, "action") == AuditActions.AccountExported && Text(entry, "by") == "taskservice");
        var all = string.Concat(parts.SelectMany(part => part).Select(record => record.GetRawText()));
        Assert.All(
            [ada.Account.Password, ada.Secret, tokens.RefreshToken, tokens.AccessToken, user.PasswordHash!, user.SecurityStamp!, .. ada.RecoveryCodes, .. user.RecoveryCodes],
            secret => Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase));
        await ExportedPerson.AssertEveryFeatureTellsAsync(Application.Services, ada.Account.Id);
    }

    [Fact]
    public async Task Export_MoreAuditEventsThanAPage_TellsEachOnce()
    {
        var ada = await Application.NewPersonAsync();
        var trail = Application.Services.GetRequiredService<AuditTrail>();
        await Task.WhenAll(Enumerable.Range(0, AuditFilter.LargestPage + 5).Select(
            number => trail.RecordAsync(AuditActions.SessionStarted, AuditOutcome.Refused, ada.Id, $"planted {number}")));
        using var client = await TaskServiceAsync();

        var planted = (await ExportedPerson.ReadAsync(client, ada.Id))["audit"].Select(entry => Text(entry, "detail")).Where(detail => detail.StartsWith("planted", StringComparison.Ordinal));

        Assert.Equal(AuditFilter.LargestPage + 5, planted.Distinct().Count());
    }

    [Fact]
    public async Task Export_NobodyAndAnErasedPerson_TellsNothing()
    {
        var (nobody, erased) = (PlatformId.New("usr"), PlatformId.New("usr"));
        await Application.Services.GetRequiredService<AuditTrail>().EraseAsync(erased, TestContext.Current.CancellationToken);
        using var client = await TaskServiceAsync();

        var refusal = await Assert.ThrowsAsync<RemoteCallException>(() => ExportedPerson.ReadAsync(client, erased));

        Assert.Equal("person_erased", refusal.Code);
        Assert.Empty(await ExportedPerson.ReadAsync(client, nobody));
    }

    private static string Text(JsonElement record, string name) => record.GetProperty(name).GetString() ?? "";

    private async Task<HttpClient> TaskServiceAsync()
    {
        using var anybody = Application.CreateClient();
        return Application.ClientOf(await OAuthCalls.ServiceTokenAsync(anybody, OAuthCalls.TaskService));
    }
}
