using System.Globalization;

namespace PrivacyService.Documents;

/// <summary>
/// Which properties of a document are personal data by name: a property name, anywhere and in any letter case, or a dotted path
/// from the root, in which <c>*</c> stands for one step. Arrays are steps when a path names them (<c>phones.*.number</c>,
/// <c>phones.0.number</c>) and may be left out (<c>phones.number</c>).
/// </summary>
internal sealed class FieldSelector
{
    public const int MostFields = 100;
    public const int LongestField = 256;
    public const int MostSteps = 32;

    public static readonly FieldSelector None = new([]);

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;
    private readonly Step[][] _paths;

    private FieldSelector(IReadOnlyCollection<string> fields)
    {
        // A dot may be part of a property's name, so a path counts as a name too.
        _names = new HashSet<string>(fields, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _paths = [.. fields.Where(field => field.Contains('.') || field == "*").Select(Parse)];
    }

    public int Paths => _paths.Length;

    public bool IsEmpty => _names.Set.Count == 0;

    /// <returns>The selector, or what to change in the fields.</returns>
    public static (FieldSelector? Selector, string? Error) Create(IReadOnlyCollection<string> fields)
    {
        if (fields.Count > MostFields)
        {
            return (null, $"Name at most {MostFields} fields.");
        }

        foreach (var field in fields)
        {
            if (string.IsNullOrWhiteSpace(field) || field.Length > LongestField)
            {
                return (null, $"A field is a property name or a path of 1 to {LongestField} characters.");
            }

            var steps = field.Split('.');
            if (steps.Length > MostSteps || (steps.Length > 1 && steps.Any(step => step.Length == 0)))
            {
                return (null, $"A path has at most {MostSteps} steps, none of them empty, such as address.city or phones.*.number.");
            }
        }

        return (new FieldSelector(fields), null);
    }

    public bool HasName(ReadOnlySpan<char> name) => _names.Contains(name);

    public bool IsComplete(int path, ulong reached) => (reached & (1UL << _paths[path].Length)) != 0;

    /// <summary>Bit i of <paramref name="reached"/>: the first i steps of the path lead here.</summary>
    public ulong Property(int path, ulong reached, ReadOnlySpan<char> name)
    {
        ulong next = 0;
        var steps = _paths[path];
        for (var i = 0; i < steps.Length; i++)
        {
            if ((reached & (1UL << i)) != 0 && (steps[i].Any || name.Equals(steps[i].Name, StringComparison.OrdinalIgnoreCase)))
            {
                next |= 1UL << (i + 1);
            }
        }

        return next;
    }

    /// <inheritdoc cref="Property"/>
    public ulong Element(int path, ulong reached, int index)
    {
        var next = reached;
        var steps = _paths[path];
        for (var i = 0; i < steps.Length; i++)
        {
            if ((reached & (1UL << i)) != 0 && (steps[i].Any || steps[i].Index == index))
            {
                next |= 1UL << (i + 1);
            }
        }

        return next;
    }

    private static Step[] Parse(string field) =>
    [
        .. field.Split('.').Select(step => new Step(
            step, step == "*", int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1)),
    ];

    private readonly record struct Step(string Name, bool Any, int Index);
}
