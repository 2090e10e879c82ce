namespace PrivacyService.Detection;

/// <param name="Truncated">There is more than is listed.</param>
internal sealed record DetectResponse(IReadOnlyList<DetectedFinding> Findings, bool Truncated);

/// <param name="Path">JSON Pointer (RFC 6901) of the value that holds it; empty for a text and for a document that is one value.</param>
/// <param name="Start">In UTF-16 units of that value's text, as <paramref name="Length"/> is.</param>
internal sealed record DetectedFinding(string Type, string Path, int Start, int Length, double Score, string Why);
