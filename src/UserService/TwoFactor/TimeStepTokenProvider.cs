using Microsoft.AspNetCore.Identity;
using Platform.Redis;
using UserService.Keys;
using UserService.Users;

namespace UserService.TwoFactor;

/// <summary>Identity's provider for authenticator apps, with two rules of RFC 6238 that it leaves out: a code is good once, and for one step around.</summary>
internal sealed class TimeStepTokenProvider(RedisStore redis, UserKeys keys, TimeProvider timeProvider) : AuthenticatorTokenProvider<User>
{
    public override async Task<bool> ValidateAsync(string purpose, string token, UserManager<User> manager, User user) =>
        await manager.GetAuthenticatorKeyAsync(user) is { } key
        && TimeSteps.Find(key, token, timeProvider.GetUtcNow()) is { } step
        && (int)await redis.EvaluateAsync(TwoFactorScripts.AcceptTimeStep, [keys.Account(user.Id)], [step], CancellationToken.None) == 1;
}
