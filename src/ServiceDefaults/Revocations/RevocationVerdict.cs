namespace Platform.ServiceDefaults.Revocations;

/// <summary>What can be said about a verified token now.</summary>
public enum RevocationVerdict
{
    Good,

    Revoked,

    /// <summary>The feed was not heard for longer than <c>Auth:RevocationStaleness</c>: nothing can be said.</summary>
    Unknown,
}
