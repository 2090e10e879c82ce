namespace PrivacyService.Vault;

/// <summary>The first byte of what is sealed, before the value as it was written.</summary>
internal enum ValueKind : byte
{
    /// <summary>A string, or a piece of one: goes back between the quotes.</summary>
    Text = (byte)'t',

    /// <summary>A number, true or false: goes back without the quotes that its token stands in.</summary>
    Literal = (byte)'l',
}
