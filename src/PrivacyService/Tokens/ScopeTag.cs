namespace PrivacyService.Tokens;

/// <summary>
/// The first five bytes of every token of a scope, keyed by its owner. It finds a token's vault without being told the scope,
/// and says nothing to anyone without the key.
/// </summary>
internal readonly record struct ScopeTag(ulong Value)
{
    public const int Bytes = 5;

    public override string ToString() => Value.ToString("x10");
}
