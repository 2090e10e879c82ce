namespace UserService.Sessions;

/// <summary>What becomes of a sign-in by somebody who has as many sessions as they may.</summary>
internal enum SessionCap
{
    /// <summary>The session that would expire first ends.</summary>
    EvictOldest,

    /// <summary>The sign-in is refused; a session has to be ended on another device first.</summary>
    Reject,
}
