namespace UserService.Sessions;

/// <summary>A live session as <c>PeekSession.lua</c> sees it.</summary>
/// <param name="RefreshDigest">Of the one refresh token that is good now.</param>
internal sealed record SessionPeek(DateTimeOffset ExpiresAt, string RefreshDigest);
