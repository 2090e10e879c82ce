using System.Buffers.Binary;

namespace PrivacyService.Tokens;

/// <summary>A token as it stands in a document. The vault keeps one entry for each.</summary>
internal readonly record struct TokenKey(PseudonymToken Token, Spelling Spelling)
{
    public const int LongestField = PlainField + sizeof(ushort);

    private const int PlainField = 16;

    public TokenKey Plain => this with { Spelling = Spelling.Plain };

    public int FieldLength => Spelling == Spelling.Plain ? PlainField : LongestField;

    /// <summary>The vault's name for this entry: the token's bits, and the spelling unless it is plain.</summary>
    public void WriteField(Span<byte> field)
    {
        BinaryPrimitives.WriteUInt128BigEndian(field, Token.Id);
        if (Spelling != Spelling.Plain)
        {
            BinaryPrimitives.WriteUInt16BigEndian(field[PlainField..], Spelling.Number);
        }
    }

    public byte[] ToField()
    {
        var field = new byte[FieldLength];
        WriteField(field);
        return field;
    }
}
