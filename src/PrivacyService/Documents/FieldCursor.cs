namespace PrivacyService.Documents;

/// <summary>Follows a reader through one document and knows whether the value at hand is one of the named fields, or inside one.</summary>
internal sealed class FieldCursor
{
    private readonly FieldSelector _fields;
    private readonly Container[] _containers = new Container[JsonText.MaxDepth + 1];
    private readonly ulong[] _reached;
    private int _depth;
    private bool _nameMatches;

    public FieldCursor(FieldSelector fields)
    {
        _fields = fields;

        // Per depth, how far each path has come; the row after a container's own belongs to the value at hand.
        _reached = new ulong[(JsonText.MaxDepth + 2) * fields.Paths];
        Reset();
    }

    /// <summary>Whether the value that <see cref="Property"/> or <see cref="Value"/> led to is personal data by its name.</summary>
    public bool IsNamed { get; private set; }

    public void Reset()
    {
        _depth = 0;
        _nameMatches = false;
        IsNamed = false;
        Row(0).Fill(1);
    }

    public void Property(ReadOnlySpan<char> name)
    {
        _nameMatches = _fields.HasName(name);
        var container = Row(_depth - 1);
        var value = Row(_depth);
        for (var path = 0; path < container.Length; path++)
        {
            value[path] = _fields.Property(path, container[path], name);
        }
    }

    /// <summary>Call at the start of every value, before <see cref="Enter"/>.</summary>
    public void Value()
    {
        if (_depth == 0)
        {
            return;
        }

        ref var container = ref _containers[_depth - 1];
        IsNamed = container.Named;
        var value = Row(_depth);
        if (container.IsArray)
        {
            var reached = Row(_depth - 1);
            for (var path = 0; path < value.Length; path++)
            {
                value[path] = _fields.Element(path, reached[path], container.Elements);
            }

            container.Elements++;
        }
        else
        {
            IsNamed |= _nameMatches;
        }

        for (var path = 0; path < value.Length && !IsNamed; path++)
        {
            IsNamed = _fields.IsComplete(path, value[path]);
        }
    }

    public void Enter(bool isArray) => _containers[_depth++] = new Container(IsNamed, isArray);

    public void Leave() => _depth--;

    private Span<ulong> Row(int depth) => _reached.AsSpan(depth * _fields.Paths, _fields.Paths);

    private record struct Container(bool Named, bool IsArray)
    {
        public int Elements { get; set; }
    }
}
