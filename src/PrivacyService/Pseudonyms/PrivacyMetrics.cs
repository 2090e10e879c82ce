using System.Diagnostics.Metrics;

namespace PrivacyService.Pseudonyms;

internal sealed class PrivacyMetrics
{
    public const string MeterName = "PrivacyService";

    private readonly Counter<long> _replaced;
    private readonly Counter<long> _restored;
    private readonly Counter<long> _missing;

    public PrivacyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _replaced = meter.CreateCounter<long>("platform.privacy.values.replaced", "{value}", "Values replaced by pseudonyms.");
        _restored = meter.CreateCounter<long>("platform.privacy.values.restored", "{value}", "Pseudonyms replaced by their originals.");
        _missing = meter.CreateCounter<long>("platform.privacy.values.missing", "{value}", "Pseudonyms to restore that had no original.");
    }

    public void Replaced(int values) => _replaced.Add(values);

    public void Restored(int values, int missing)
    {
        _restored.Add(values);
        _missing.Add(missing);
    }
}
