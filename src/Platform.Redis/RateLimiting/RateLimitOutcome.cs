namespace Platform.Redis.RateLimiting;

/// <summary>How one policy decided one request; the tag <c>result</c> of the decisions counter.</summary>
internal enum RateLimitOutcome
{
    /// <summary>By Redis.</summary>
    Allowed,

    /// <summary>By Redis.</summary>
    Denied,

    /// <summary>Over the limit of a policy that only watches.</summary>
    ShadowDenied,

    /// <summary>Allowed with a permit that this process had leased.</summary>
    Local,

    /// <summary>Refused from memory: Redis had refused, and would again.</summary>
    LocalDenied,

    /// <summary>Allowed while Redis is away.</summary>
    FailureModeAllowed,

    /// <summary>Refused while Redis is away.</summary>
    FailureModeDenied,
}
