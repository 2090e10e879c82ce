namespace Aspire.Hosting.Orchestration.Health;

/// <summary>What a health check can say beyond its status, as keys of its result's data.</summary>
internal static class HealthFacts
{
    /// <summary>The server is there and says no: waiting does not help.</summary>
    public const string Refused = "refused";
}
