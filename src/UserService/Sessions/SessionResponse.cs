namespace UserService.Sessions;

/// <param name="Current">Whether it is the session that asks.</param>
/// <param name="Amr">How its owner proved who they are (RFC 8176).</param>
internal sealed record SessionResponse(
    string Id, string Device, string? UserAgent, string? Address,
    DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, IReadOnlyList<string> Amr, bool Current)
{
    public static SessionResponse Of(Session session, string currentId) => new(
        session.Id, session.Device.Name, session.Device.UserAgent, session.Device.Address,
        session.CreatedAt, session.SeenAt, session.ExpiresAt, session.Methods, session.Id == currentId);
}
