namespace UserService.OneUse;

/// <summary>What is behind a token that is good.</summary>
/// <param name="Subject">Whom it belongs to: the id of an account, or the HMAC of an address.</param>
/// <param name="Content">What it was issued with; kept sealed.</param>
internal sealed record OneUseToken(string Subject, byte[] Content);
