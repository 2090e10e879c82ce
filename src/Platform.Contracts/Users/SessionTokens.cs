namespace Platform.Contracts.Users;

/// <summary>What a session of a person is worth.</summary>
/// <param name="AccessToken">Sent as <c>Authorization: Bearer</c> to every service.</param>
/// <param name="ExpiresIn">Life of the access token in seconds.</param>
/// <param name="RefreshToken">Good for one refresh, which gives the next.</param>
public sealed record SessionTokens(string AccessToken, int ExpiresIn, string RefreshToken)
{
    /// <summary>Keeps the tokens out of whatever prints records.</summary>
    public override string ToString() => nameof(SessionTokens);
}
