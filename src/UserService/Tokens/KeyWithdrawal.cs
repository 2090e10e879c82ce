using UserService.Revocations;

namespace UserService.Tokens;

/// <summary>
/// For keys that are in wrong hands. Keys are kept together, so all of them go. They are revoked first: from then on no service accepts
/// anything that they sign, and whoever turns the ring takes them out of it. So where this ends in between, it is carried on by the next turn.
/// </summary>
internal sealed class KeyWithdrawal(KeyRing ring, Revoker revoker, ILogger<KeyWithdrawal> logger)
{
    /// <returns>The ring that took their place.</returns>
    public async Task<KeyRingContent> WithdrawAllAsync(CancellationToken cancellationToken)
    {
        // Those that are known here, without another look: of two who withdraw the keys at once, neither withdraws what took their place.
        var known = await ring.GetAllAsync(cancellationToken);
        await revoker.RevokeKeysAsync(known.Keys.Select(one => one.Key.Id), cancellationToken);
        var renewed = await ring.GetAllAsync(cancellationToken);
        logger.SigningKeysWithdrawn();
        return renewed;
    }
}
