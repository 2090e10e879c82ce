using System.Text.Json;
using PrivacyService.Documents;

namespace PrivacyService.Detection.Fields;

/// <summary>
/// Follows a reader through one document and knows what the name of the field at hand makes of its value. A name that things have
/// too counts where the object is a person's: by its own name, or by the fields beside it, also those that are still to come.
/// </summary>
internal sealed class FieldContext
{
    /// <summary>How far is looked ahead for fields that tell of a person; a constant, so that all stays linear.</summary>
    private const int Reach = 4096;
    private const int LongestName = 64;

    private static readonly FieldName PartOfName = new(DataKind.PersonName);

    private readonly Container[] _containers = new Container[JsonText.MaxDepth + 1];
    private FieldName? _named;
    private bool _namedPerson;
    private int _depth;

    /// <summary>What the value at hand is by the name of its field; null where that tells nothing.</summary>
    public FieldName? Field => _depth == 0 ? null : Innermost.IsArray ? Innermost.Field : _named;

    private ref Container Innermost => ref _containers[_depth - 1];

    public void Reset() => _depth = 0;

    /// <param name="name">Decoded.</param>
    /// <param name="reader">At the name; it is not moved.</param>
    public void Property(scoped ReadOnlySpan<char> name, ref Utf8JsonReader reader)
    {
        ref var container = ref Innermost;
        _namedPerson = FieldNames.IsPerson(name);
        container.IsPerson |= FieldNames.TellsOfPerson(name);
        _named = FieldNames.Of(name) ?? (container.Field?.Type == DataKind.PersonName && IsPartOfName(name) ? PartOfName : null);
        if (_named is not { NeedsPerson: true } || container.IsPerson)
        {
            return;
        }

        if (!container.HasLookedAhead)
        {
            container.HasLookedAhead = true;
            container.IsPerson = IsPersonAhead(reader);
        }

        _named = container.IsPerson ? _named : null;
    }

    /// <summary>Call before the first value of an object or array is read.</summary>
    public void Enter(bool isArray)
    {
        var field = Field;
        var isPerson = _depth > 0 && (Innermost.IsArray ? Innermost.IsPerson : _namedPerson);
        _containers[_depth++] = new Container
        {
            IsArray = isArray,
            Field = field,
            IsPerson = isPerson || field?.Type is DataKind.Address or DataKind.PersonName,
        };
    }

    public void Leave() => _depth--;

    /// <summary>The whole value, if the name of its field makes it personal data.</summary>
    public bool TryFind(ReadOnlySpan<char> value, bool isNumber, DetectionRules rules, out Finding finding)
    {
        finding = default;
        if (value.IsEmpty || Field is not { } field || !field.Accepts(value, isNumber) || !rules.Wants(field.Type) || rules.Allows(value))
        {
            return false;
        }

        finding = new Finding(field.Type, 0, value.Length, 0.85, "the name of its field");
        return true;
    }

    private static bool IsPartOfName(ReadOnlySpan<char> name) =>
        name is "first" or "last" or "middle" or "given" or "family" or "full" or "vor" or "nach" or "prefix" or "suffix";

    private static bool IsPersonAhead(Utf8JsonReader reader)
    {
        Span<char> name = stackalloc char[LongestName];
        var depth = reader.CurrentDepth;
        var end = reader.BytesConsumed + Reach;
        while (reader.Read() && reader.CurrentDepth >= depth && reader.BytesConsumed < end)
        {
            if (reader.TokenType == JsonTokenType.PropertyName
                && reader.CurrentDepth == depth
                && reader.ValueSpan.Length <= LongestName
                && FieldNames.TellsOfPerson(name[..JsonText.Decode(ref reader, name)]))
            {
                return true;
            }
        }

        return false;
    }

    private record struct Container
    {
        public bool IsArray { get; init; }

        /// <summary>What the name before it says of all inside.</summary>
        public FieldName? Field { get; init; }

        public bool IsPerson { get; set; }

        public bool HasLookedAhead { get; set; }
    }
}
