namespace Platform.Redis.Health;

/// <summary>A setting or condition of the server that does not fit what is kept there.</summary>
/// <param name="Id">Stable, in kebab-case.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Actual">What was found.</param>
/// <param name="Expected">What should be.</param>
/// <param name="Fix">The command or setting that mends it.</param>
public sealed record RedisFinding(string Id, RedisFindingSeverity Severity, string Actual, string Expected, string Fix);
