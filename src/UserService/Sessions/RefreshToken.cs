namespace UserService.Sessions;

/// <summary>A refresh token that was handed out by this platform; whether it is still worth anything, only its session knows.</summary>
/// <param name="Text">What the client holds.</param>
/// <param name="Generation">1 at sign-in, one more with every refresh.</param>
/// <param name="Digest">SHA-256 of the text: all that is stored.</param>
internal sealed record RefreshToken(string Text, string UserId, string SessionId, uint Generation, string Digest)
{
    /// <summary>Keeps the token out of whatever prints records.</summary>
    public override string ToString() => nameof(RefreshToken);
}
