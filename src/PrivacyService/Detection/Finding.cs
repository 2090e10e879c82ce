namespace PrivacyService.Detection;

/// <param name="Start">In UTF-16 units of the scanned text, as <paramref name="Length"/> is.</param>
/// <param name="Why">What convinced the recogniser; never the value.</param>
internal readonly record struct Finding(string Type, int Start, int Length, double Score, string Why)
{
    public int End => Start + Length;
}
