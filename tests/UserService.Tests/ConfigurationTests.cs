using Microsoft.Extensions.Options;
using Platform.TestKit;

namespace UserService.Tests;

public sealed class ConfigurationTests(ServiceFixture service)
{
    [Theory]
    [InlineData("Sessions:IdleLifetime", "60.00:00:00", "Sessions:IdleLifetime")]
    [InlineData("Sessions:AbsoluteLifetime", "400.00:00:00", "Sessions:AbsoluteLifetime")]
    [InlineData("Sessions:RefreshGrace", "00:05:00", "Sessions:RefreshGrace")]
    [InlineData("Sessions:MaxPerUser", "0", "Sessions:MaxPerUser")]
    [InlineData("Passwords:Iterations", "1", "Passwords:Iterations")]
    [InlineData("Tokens:AccessTokenLifetime", "1.00:00:00", "Tokens:AccessTokenLifetime")]
    [InlineData("Tokens:KeyRotation", "00:10:00", "Tokens:KeyRotation")]
    [InlineData("Tokens:KeyPublishedBefore", "00:01:20", "Tokens:KeyPublishedBefore")]
    [InlineData("Tokens:KeyRingInterval", "00:10:00", "Tokens:KeyRingInterval")]
    [InlineData("Administration:MaxAuthenticationAge", "00:00:01", "Administration:MaxAuthenticationAge")]
    [InlineData("Clients:taskservice:Secret", "short", "Clients:taskservice:Secret")]
    [InlineData("Registration:EmailConfirmation", "Sometimes", "Registration:EmailConfirmation cannot be read: set it to one of Off, Required.")]
    [InlineData("Sessions:WhenFull", "Panic", "Sessions:WhenFull cannot be read: set it to one of ")]
    [InlineData("Audit:Retention", "for ever", "Audit:Retention cannot be read: set it to a time such as 00:05:00")]
    [InlineData("Clients:stranger:Secret", "long-enough-secret", "Clients:stranger:Scopes")]
    public async Task Start_InvalidSetting_NamesIt(string setting, string value, string named)
    {
        OptionsValidationException? refusal = null;
        await Eventually.TrueAsync(
            async () =>
            {
                // The factory may look at the refused host after it was disposed of, and then reports that instead: asked again, it tells.
                await using var application = new UserServiceApplication(
                    service.Redis.ConnectionString, RedisFixture.NewPrefix("users"), new() { [setting] = value });
                refusal = Record.Exception(() => application.CreateClient()) as OptionsValidationException;
                return refusal is not null;
            },
            TimeSpan.FromSeconds(20),
            "the service refuses to start and says why");

        Assert.Contains(refusal!.Failures, failure => failure.Contains(named, StringComparison.Ordinal));
    }
}
