namespace PrivacyService.Documents;

/// <summary>Follows a reader through one document and knows which values are replaced because of their names, and which are left as they are.</summary>
/// <param name="named">What is replaced whole.</param>
/// <param name="excepted">What stays, with all that is in it, whether it is named as well or not.</param>
internal sealed class FieldChoice(FieldSelector named, FieldSelector excepted)
{
    private readonly FieldCursor _named = new(named);
    private readonly FieldCursor? _excepted = excepted.IsEmpty ? null : new FieldCursor(excepted);

    /// <summary>Whether the value at hand is to be replaced, whatever it holds.</summary>
    public bool IsNamed => _named.IsNamed && !IsExcepted;

    /// <summary>Whether the value at hand is not to be looked at.</summary>
    public bool IsExcepted => _excepted?.IsNamed == true;

    public void Reset()
    {
        _named.Reset();
        _excepted?.Reset();
    }

    /// <inheritdoc cref="FieldCursor.Property"/>
    public void Property(ReadOnlySpan<char> name)
    {
        _named.Property(name);
        _excepted?.Property(name);
    }

    /// <inheritdoc cref="FieldCursor.Value"/>
    public void Value()
    {
        _named.Value();
        _excepted?.Value();
    }

    public void Enter(bool isArray)
    {
        _named.Enter(isArray);
        _excepted?.Enter(isArray);
    }

    public void Leave()
    {
        _named.Leave();
        _excepted?.Leave();
    }
}
