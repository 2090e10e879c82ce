using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.ServiceDefaults.Http;
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

        // Nobody takes them here, so they all wait in the outbox.
        var secrets = application.Services.GetRequiredService<Secrets>();
        var told = (await database.StreamRangeAsync(keys.Outbox))
            .Select(entry => JsonSerializer.Deserialize<OutboxMessage>(
                secrets.Outbox.Open((byte[])entry["message"]!, (string)entry["id"]!), JsonDefaults.Options)!.Notification!)
            .Where(notification => notification.UserId == person.Account.Id).Select(notification => notification.Category);
        Assert.Equal(
            [
                SecurityNotice.TwoFactorTurnedOn.Category, SecurityNotice.RecoveryCodeUsed.Category, SecurityNotice.SecondFactorGuessed.Category,
                SecurityNotice.TwoFactorTurnedOff.Category,
            ],
            told);
    }
}
