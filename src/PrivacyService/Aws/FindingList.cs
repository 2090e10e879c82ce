using PrivacyService.Detection;

namespace PrivacyService.Aws;

/// <summary>
/// Keeps the findings of one scan in order and apart; of two that overlap the longer stays. Host names are recognised by their
/// end, so a finding may come after one that stands behind it.
/// </summary>
internal readonly struct FindingList(List<Finding> findings)
{
    private const double Sure = 1;
    private const double FromContext = 0.9;

    /// <summary>What others put into the list is none of this scan's business.</summary>
    private readonly int _first = findings.Count;

    public int Count => findings.Count - _first;

    public Finding this[int index]
    {
        get => findings[_first + index];
        set => findings[_first + index] = value;
    }

    public void Add(AwsType type, int start, int length, string why)
    {
        var finding = new Finding(type.Name, start, length, type.IsName ? FromContext : Sure, why);
        var index = findings.Count;
        while (index > _first && findings[index - 1].Start >= finding.End)
        {
            index--;
        }

        while (index > _first && findings[index - 1].End > finding.Start)
        {
            if (findings[index - 1].Length >= finding.Length)
            {
                return;
            }

            findings.RemoveAt(--index);
        }

        findings.Insert(index, finding);
    }

    /// <summary>Replaces all findings of the scan.</summary>
    public void Set(List<Finding> merged)
    {
        findings.RemoveRange(_first, findings.Count - _first);
        findings.AddRange(merged);
    }
}
