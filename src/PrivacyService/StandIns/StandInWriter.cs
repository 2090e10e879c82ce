using System.Buffers;
using System.Text;
using PrivacyService.Aws;
using PrivacyService.Detection;
using PrivacyService.Vault;

namespace PrivacyService.StandIns;

/// <summary>Writes stand-ins of the form of what they stand for, and keeps what that was. Not safe for concurrent use.</summary>
internal sealed class StandInWriter(PseudonymBatch batch) : IDisposable
{
    private readonly AwsShapes _shapes = batch.Keys.CreateShapes();
    private readonly List<Finding> _candidates = [];

    /// <summary>Those that are found by a form that others have too, and not by a token in them.</summary>
    public ISet<string> Written { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Writes the stand-in of what stands in the string of a JSON document; false where it is to have a token.</summary>
    /// <param name="type">The type of the finding.</param>
    /// <param name="written">As it is written there.</param>
    public bool TryWrite(string type, ReadOnlySpan<byte> written, IBufferWriter<byte> output)
    {
        if (type == DataKind.Email)
        {
            batch.Replace(ValueKind.Mailbox, written, output);
            Encoding.ASCII.GetBytes(MailboxStandIn.Domain, output);
            return true;
        }

        // An encoded copy has a token: its stand-in could not tell how it was written.
        if (written.ContainsAny("\\%&"u8) || !Ascii.IsValid(written))
        {
            return false;
        }

        var text = Encoding.ASCII.GetString(written);
        if (AwsTypes.IsAws(type))
        {
            var standIn = _shapes.Write(AwsTypes.Of(type), text);
            batch.AddStandIn(standIn, ValueKind.Text, written);
            Write(standIn, output);
            return true;
        }

        return NumberForms.Of(type)?.Read(text) is { } number && TryWrite(number, output);
    }

    /// <summary>Writes the stand-in of a number that has no quotes, and goes on having none; false where it is to have a token.</summary>
    public bool TryWriteNumber(string type, ReadOnlySpan<byte> written, IBufferWriter<byte> output) =>
        NumberForms.Of(type)?.Read(Encoding.ASCII.GetString(written)) is { Digits: not null } number && TryWrite(number, output);

    public void Dispose() => _shapes.Dispose();

    private bool TryWrite(WrittenNumber number, IBufferWriter<byte> output)
    {
        if (batch.Claims.Find(number) is not { } digits)
        {
            return false;
        }

        var (standIn, key) = (number.With(digits), number.KeyOf(digits));
        _candidates.Clear();
        NumberCandidates.Find(standIn, _candidates);
        if (!_candidates.Exists(candidate => candidate.End == standIn.Length && NumberCandidates.KeyOf(standIn.AsSpan(candidate.Start)) == key))
        {
            // In this writing it would not be found again.
            return false;
        }

        batch.AddStandIn(key, number.Digits is null ? ValueKind.Text : ValueKind.Digits, Encoding.ASCII.GetBytes(number.Digits ?? number.Text));
        Write(standIn, output);
        return true;
    }

    private void Write(string standIn, IBufferWriter<byte> output)
    {
        Written.Add(standIn);
        Encoding.ASCII.GetBytes(standIn, output);
    }
}
