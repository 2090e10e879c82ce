namespace UserService.Sessions;

/// <param name="AccessToken">Sent as <c>Authorization: Bearer</c> to every service.</param>
/// <param name="ExpiresIn">Life of the access token in seconds.</param>
/// <param name="RefreshToken">Good for one refresh, which gives the next.</param>
internal sealed record TokenResponse(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken, string SessionId)
{
    /// <summary>Keeps the tokens out of whatever prints records.</summary>
    public override string ToString() => nameof(TokenResponse);
}
