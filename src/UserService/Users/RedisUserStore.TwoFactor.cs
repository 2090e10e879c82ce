using Microsoft.AspNetCore.Identity;

namespace UserService.Users;

/// <summary>The second factor, as Identity reads and sets it on an account in memory; whatever is saved is saved with the account, sealed.</summary>
internal sealed partial class RedisUserStore
    : IUserTwoFactorStore<User>, IUserAuthenticatorKeyStore<User>, IUserTwoFactorRecoveryCodeStore<User>
{
    public Task<bool> GetTwoFactorEnabledAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.TwoFactorEnabled);

    public Task SetTwoFactorEnabledAsync(User user, bool enabled, CancellationToken cancellationToken)
    {
        user.TwoFactorEnabled = enabled;
        return Task.CompletedTask;
    }

    public Task<string?> GetAuthenticatorKeyAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.AuthenticatorKey);

    public Task SetAuthenticatorKeyAsync(User user, string key, CancellationToken cancellationToken)
    {
        user.AuthenticatorKey = key;
        return Task.CompletedTask;
    }

    public Task ReplaceCodesAsync(User user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken)
    {
        user.RecoveryCodes = [.. recoveryCodes.Select(code => codes.DigestOf(user.Id, code))];
        return Task.CompletedTask;
    }

    /// <summary>Good once: the update that follows fails where another one was faster.</summary>
    public Task<bool> RedeemCodeAsync(User user, string code, CancellationToken cancellationToken)
    {
        var digest = codes.DigestOf(user.Id, code);
        var left = user.RecoveryCodes.Where(other => other != digest).ToArray();
        var redeemed = left.Length < user.RecoveryCodes.Count;
        user.RecoveryCodes = left;
        return Task.FromResult(redeemed);
    }

    public Task<int> CountCodesAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.RecoveryCodes.Count);
}
