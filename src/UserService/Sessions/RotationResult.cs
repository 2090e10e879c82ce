namespace UserService.Sessions;

/// <summary>What became of a refresh token, as <c>RotateRefreshToken.lua</c> answers.</summary>
internal enum RotationOutcome
{
    /// <summary>It was spent before: the session has ended.</summary>
    Reused = -1,

    /// <summary>Its session has ended or never was.</summary>
    NoSession = 0,

    Rotated = 1,

    /// <summary>It was spent just now: the answer of then is given again.</summary>
    Repeated = 2,
}

/// <param name="SealedAnswer">Only when repeated.</param>
internal readonly record struct RotationResult(RotationOutcome Outcome, byte[]? SealedAnswer);
