namespace PrivacyService.Masking;

/// <summary>What was found in one call, by type and by what was done about it; never a value. Not safe for concurrent use.</summary>
internal sealed class MaskCounts
{
    private readonly SortedDictionary<string, int> _byType = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _blocked = new(StringComparer.Ordinal);

    /// <summary>How many of each type, whatever was done about them.</summary>
    public IReadOnlyDictionary<string, int> ByType => _byType;

    /// <summary>The types for which the call is to be refused.</summary>
    public IReadOnlyCollection<string> Blocked => _blocked;

    public int Masked { get; private set; }

    public int Redacted { get; private set; }

    /// <summary>How many were found and left in place.</summary>
    public int Reported { get; private set; }

    public void Add(string type, MaskMode mode)
    {
        _byType[type] = _byType.GetValueOrDefault(type) + 1;
        switch (mode)
        {
            case MaskMode.Mask:
                Masked++;
                break;
            case MaskMode.Redact:
                Redacted++;
                break;
            case MaskMode.Report:
                Reported++;
                break;
            default:
                _blocked.Add(type);
                break;
        }
    }
}
