using System.Collections.Frozen;

namespace PrivacyService.Detection;

/// <summary>What one call wants found, checked. One with values or patterns of its own is not safe for concurrent use.</summary>
internal sealed class DetectionRules
{
    /// <summary>Every kind that the service knows.</summary>
    public static readonly DetectionRules Default = new();

    /// <summary>Null where every kind is wanted.</summary>
    public FrozenSet<string>? Types { get; init; }

    public FrozenSet<string> ExceptTypes { get; init; } = [];

    /// <summary>What the caller's own values and patterns find.</summary>
    public FrozenSet<string> OwnTypes { get; init; } = [];

    /// <summary>Values that stay, in any letter case.</summary>
    public FrozenSet<string> Allowed { get; init; } = [];

    /// <summary>Null where the caller gave neither values nor patterns.</summary>
    public OwnRecogniser? Own { get; init; }

    public bool Wants(string type) => (Types is null || Types.Contains(type)) && !ExceptTypes.Contains(type);

    public bool Allows(ReadOnlySpan<char> value) =>
        Allowed.Count > 0 && Allowed.GetAlternateLookup<ReadOnlySpan<char>>().Contains(value);

    /// <summary>Takes away findings that are a value that may stay. One that merely contains such a value stays a finding.</summary>
    public void RemoveAllowed(ReadOnlySpan<char> text, List<Finding> findings)
    {
        if (Allowed.Count == 0)
        {
            return;
        }

        for (var i = findings.Count - 1; i >= 0; i--)
        {
            if (findings[i].Type != DataKind.Denied && Allows(text.Slice(findings[i].Start, findings[i].Length)))
            {
                findings.RemoveAt(i);
            }
        }
    }
}
