using System.Buffers;
using PrivacyService.Masking;
using PrivacyService.StandIns;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Pseudonyms;

/// <summary>Writes what stands in the place of values: tokens, or stand-ins where those are wanted. Not safe for concurrent use.</summary>
/// <param name="known">Which stand-ins the document has already; null where pseudonyms are tokens.</param>
internal sealed class PseudonymWriter(PseudonymBatch batch, StandInValues? known = null) : IDisposable
{
    private readonly StandInWriter? _standIns = known is null ? null : new StandInWriter(batch);

    public bool WritesStandIns => _standIns is not null;

    /// <summary>A text without what is a pseudonym already.</summary>
    public BlankedText Blank(ReadOnlySpan<char> text) => new(text, PseudonymToken.IndexOf, known?.NumbersIn(text));

    public bool IsStandIn(string type, ReadOnlySpan<char> value) => known?.IsStandIn(type, value) == true;

    /// <summary>In the place of a string, or of a piece of one.</summary>
    /// <param name="isAfterDigit">Whether it follows an escape such as <c>%22</c>, with which the digits of a stand-in would be one number.</param>
    public void Write(string type, ReadOnlySpan<byte> written, IBufferWriter<byte> output, bool isAfterDigit = false)
    {
        if ((isAfterDigit && NumberForms.Of(type) is not null) || _standIns?.TryWrite(type, written, output) != true)
        {
            batch.Replace(ValueKind.Text, written, output);
        }
    }

    /// <summary>In the place of a number, true or false: a string, unless there is a number that can stand for it.</summary>
    public void WriteLiteral(string type, ReadOnlySpan<byte> written, IBufferWriter<byte> output)
    {
        if (_standIns?.TryWriteNumber(type, written, output) != true)
        {
            output.Write("\""u8);
            batch.Replace(ValueKind.Literal, written, output);
            output.Write("\""u8);
        }
    }

    /// <summary>In the place of what nobody gets back.</summary>
    public static void WriteMark(string type, IBufferWriter<byte> output) => output.Write(MaskKind.Of(type).Redacted);

    public void Dispose() => _standIns?.Dispose();
}
