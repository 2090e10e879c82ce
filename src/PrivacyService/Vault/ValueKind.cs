namespace PrivacyService.Vault;

/// <summary>The first byte of what is sealed, before the value as it was written.</summary>
internal enum ValueKind : byte
{
    /// <summary>A string, or a piece of one: goes back between the quotes.</summary>
    Text = (byte)'t',

    /// <summary>A number, true or false: goes back without the quotes that its token stands in.</summary>
    Literal = (byte)'l',

    /// <summary>An e-mail address whose stand-in is its token at a domain, which goes with it.</summary>
    Mailbox = (byte)'m',

    /// <summary>The digits of a number: each goes back into the place of one of its stand-in's, so that separators stay as they are.</summary>
    Digits = (byte)'d',

    /// <summary>Not of what is kept: under it a stand-in has its place in the vault.</summary>
    StandIn = (byte)'s',
}
