using System.Buffers;
using System.Text;
using PrivacyService.Detection;
using PrivacyService.Documents;
using PrivacyService.StandIns;
using PrivacyService.Vault;

namespace PrivacyService.Masking;

/// <summary>Writes what stands in the place of findings, and counts them. Not safe for concurrent use.</summary>
/// <param name="standIns">What of the scope is known already; null where masks are tokens.</param>
internal sealed class MaskWriter(MaskPolicy policy, PseudonymBatch batch, MaskCounts counts, StandInValues? standIns = null) : IDisposable
{
    private readonly StandInWriter? _standIns = standIns is null ? null : new StandInWriter(batch);

    /// <summary>Stand-ins in what was written that look like what they stand for, those of before included.</summary>
    public ISet<string> StandIns => standIns is null ? new HashSet<string>() : new HashSet<string>(_standIns!.Written.Concat(standIns.NumbersMet), StringComparer.Ordinal);

    /// <summary>Whether it stays where it is; counted unless it is a mask itself.</summary>
    /// <param name="value">As it stands in the text.</param>
    public bool Leaves(Finding finding, ReadOnlySpan<char> value, out MaskMode mode)
    {
        if (standIns is not null && standIns.IsStandIn(finding.Type, value))
        {
            _standIns!.Written.Add(value.ToString());
            mode = MaskMode.Report;
            return true;
        }

        mode = policy.ModeOf(finding.Type);
        counts.Add(finding.Type, mode);
        return mode is MaskMode.Report or MaskMode.Block;
    }

    /// <summary>Writes the mask of what stands in the string of a JSON document.</summary>
    /// <param name="written">As it is written there.</param>
    /// <param name="isAfterDigit">Whether it follows an escape such as <c>%22</c>, with which the digits of a stand-in would be one number.</param>
    public void WriteJson(Finding finding, MaskMode mode, ReadOnlySpan<byte> written, IBufferWriter<byte> output, bool isAfterDigit = false)
    {
        if (mode != MaskMode.Mask || (isAfterDigit && NumberForms.Of(finding.Type) is not null) || _standIns?.TryWrite(finding.Type, written, output) != true)
        {
            Write(finding, mode, ValueKind.Text, written, output);
        }
    }

    /// <summary>Writes the mask of a number of a JSON document: a string, unless there is a number that can be it.</summary>
    /// <inheritdoc cref="WriteJson"/>
    public void WriteJsonNumber(Finding finding, MaskMode mode, ReadOnlySpan<byte> written, IBufferWriter<byte> output)
    {
        if (mode != MaskMode.Mask || _standIns?.TryWriteNumber(finding.Type, written, output) != true)
        {
            output.Write("\""u8);
            Write(finding, mode, ValueKind.Literal, written, output);
            output.Write("\""u8);
        }
    }

    /// <summary>Writes the mask of what stands in plain text. It is kept as JSON would write it, so that it can be put back into either.</summary>
    /// <inheritdoc cref="WriteJson"/>
    public void WriteText(Finding finding, MaskMode mode, ReadOnlySpan<char> value, IBufferWriter<byte> output, bool isAfterDigit = false)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        var written = ArrayPool<byte>.Shared.Rent(utf8.Length * JsonText.LongestEscape);
        try
        {
            var length = JsonText.Escape(utf8.AsSpan(0, Encoding.UTF8.GetBytes(value, utf8)), written);
            WriteJson(finding, mode, written.AsSpan(0, length), output, isAfterDigit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8, clearArray: true);
            ArrayPool<byte>.Shared.Return(written, clearArray: true);
        }
    }

    public void Dispose() => _standIns?.Dispose();

    private void Write(Finding finding, MaskMode mode, ValueKind kind, ReadOnlySpan<byte> written, IBufferWriter<byte> output)
    {
        var names = MaskKind.Of(finding.Type);
        if (mode == MaskMode.Redact)
        {
            output.Write(names.Redacted);
        }
        else
        {
            batch.Replace(kind, written, names.Prefix, output);
        }
    }
}
