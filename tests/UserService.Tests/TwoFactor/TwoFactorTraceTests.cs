using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;
using UserService.Keys;
using UserService.Outbox;

namespace UserService.Tests.TwoFactor;

/// <summary>What is written down about a second factor, and what its owner is told.</summary>
public sealed class TwoFactorTraceTests(ServiceFixture service)
{
    [Fact]
    public async Task WhatHappens_IsRecordedAndItsOwnerIsTold()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        var person = await TwoFactorPerson.CreateAsync(application);
        using var client = application.CreateClient();
        await person.SignInAsync(client);
        var ticket = await person.TicketAsync(client);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            using var wrong = await client.PostAsJsonAsync("/v1/auth/login/second-factor", new { ticket, code = person.WrongCode() });
        }));
        using var owner = application.ClientOf(person.Account.Tokens);
        using var replaced = await owner.PostAsJsonAsync(
            "/v1/users/me/two-factor/recovery-codes", new { currentPassword = person.Account.Password, code = await person.CodeAsync(0) });
        Assert.True(replaced.IsSuccessStatusCode);
        using var admin = application.ClientOf(await application.SignInAdminAsync());
        using var removed = await admin.DeleteAsync($"/v1/users/{person.Account.Id}/two-factor");
        Assert.True(removed.IsSuccessStatusCode);
        var adminId = (await admin.GetFromJsonAsync<JsonElement>("/v1/users/me")).GetProperty("id").GetString();

        var keys = application.Services.GetRequiredService<UserKeys>();
        var database = service.Redis.Multiplexer.GetDatabase();
        var events = (await database.StreamRangeAsync(keys.AuditOf(person.Account.Id)))
            .Select(entry => $"{entry["action"]} {entry["outcome"]} {(entry["by"] == adminId ? "admin" : "owner")}")
            .Where(text => text.StartsWith("two-factor", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            [
                "two-factor.turned-on success owner", "two-factor.recovery-code-used success owner",
                .. Enumerable.Repeat("two-factor.refused refused owner", 5),
                "two-factor.recovery-codes-replaced success owner", "two-factor.turned-off success admin",
            ],
            events);

        await Eventually.TrueAsync(() => Told().Length >= 4, TimeSpan.FromSeconds(20), "the owner is told");
        Assert.Equal(
            new[]
            {
                SecurityNotice.TwoFactorTurnedOn.Category, SecurityNotice.RecoveryCodeUsed.Category, SecurityNotice.SecondFactorGuessed.Category,
                SecurityNotice.TwoFactorTurnedOff.Category,
            }.Order(),
            Told());

        string?[] Told() =>
        [
            .. application.Notifications.Notifications.Where(notification => notification.UserId == person.Account.Id)
                .Select(notification => notification.Category).Order(),
        ];
    }
}
