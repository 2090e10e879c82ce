using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using PrivacyService.Aws;
using PrivacyService.Detection;
using PrivacyService.StandIns;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Masking;

/// <summary>
/// What the vault knows of the stand-ins of one scope. A stand-in looks like any other identifier, so whatever could be one is asked for, each
/// once; what is none stays what it is. Not safe for concurrent use.
/// </summary>
/// <param name="read">Asks the owner's vault.</param>
/// <param name="keys">Of the scope: elsewhere the same text is nothing.</param>
internal sealed class StandInValues(Func<IReadOnlyCollection<TokenKey>, CancellationToken, Task<VaultAnswer>> read, ScopeKeys keys) : IDisposable
{
    private readonly KeptValues _kept = new(read);
    private readonly List<Finding> _candidates = [];
    private readonly List<Finding> _within = [];

    /// <summary>Where in a text something could be a stand-in: in order of appearance, of those that begin at one place the longest first.</summary>
    public IReadOnlyList<Finding> Find(ReadOnlySpan<char> text) => Find(text, 0, text.Length);

    /// <inheritdoc cref="Find(ReadOnlySpan{char})"/>
    /// <param name="from">What begins before this is the rest of something.</param>
    /// <param name="before">What does not begin before this may still go on.</param>
    public IReadOnlyList<Finding> Find(ReadOnlySpan<char> text, int from, int before)
    {
        _candidates.Clear();
        AwsStandIns.Find(text, _candidates);
        NumberCandidates.Find(text, _candidates);
        _candidates.RemoveAll(candidate => candidate.Start < from || candidate.Start >= before);
        _candidates.Sort(static (one, other) => one.Start != other.Start ? one.Start.CompareTo(other.Start) : other.Length.CompareTo(one.Length));
        return _candidates;
    }

    /// <summary>Wants what of a text could be a stand-in with the next <see cref="LoadAsync(CancellationToken)"/>.</summary>
    public void Want(ReadOnlySpan<char> text)
    {
        Find(text);
        WantFound(text);
    }

    /// <inheritdoc cref="KeptValues.LoadAsync"/>
    public ValueTask LoadAsync(CancellationToken cancellationToken) => _kept.LoadAsync(cancellationToken);

    /// <summary>All that <see cref="NumbersIn"/> has given, as they stand in their texts.</summary>
    public ISet<string> NumbersMet { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Those of the numbers in a text that are stand-ins.</summary>
    public IReadOnlyCollection<Finding> NumbersIn(ReadOnlySpan<char> text)
    {
        _within.Clear();
        NumberCandidates.Find(text, _within);
        var kept = 0;
        foreach (var candidate in CollectionsMarshal.AsSpan(_within))
        {
            if (Has(candidate, text))
            {
                _within[kept++] = candidate;
                NumbersMet.Add(text[candidate.Start..candidate.End].ToString());
            }
        }

        _within.RemoveRange(kept, _within.Count - kept);
        return _within;
    }

    /// <summary>Asks the vault for what <see cref="Find(ReadOnlySpan{char})"/> gave.</summary>
    /// <inheritdoc cref="KeptValues.LoadAsync"/>
    public ValueTask LoadAsync(ReadOnlySpan<char> text, CancellationToken cancellationToken)
    {
        WantFound(text);
        return _kept.LoadAsync(cancellationToken);
    }

    /// <summary>Whether what was found is a stand-in.</summary>
    /// <param name="type">Of the finding.</param>
    public bool IsStandIn(string type, ReadOnlySpan<char> value)
    {
        if (AwsTypes.IsAws(type))
        {
            return _kept.TryGet(keys.TokenOfStandIn(value), out _, out _);
        }

        _within.Clear();
        if (NumberForms.Of(type) is not null)
        {
            NumberCandidates.Find(value, _within);
        }

        foreach (var candidate in _within)
        {
            if (NumberCandidates.Covers(candidate, value) && Has(candidate, value))
            {
                return true;
            }
        }

        return false;
    }

    public bool Has(Finding candidate, ReadOnlySpan<char> text) => _kept.TryGet(TokenOf(candidate, text), out _, out _);

    /// <summary>Writes what it stands for; false where it is no stand-in.</summary>
    /// <param name="insideJson">Whether it goes between the quotes of a JSON string; else into plain text.</param>
    public bool TryWrite(Finding candidate, ReadOnlySpan<char> text, bool insideJson, IBufferWriter<byte> output)
    {
        if (!_kept.TryGet(TokenOf(candidate, text), out var kind, out var written))
        {
            return false;
        }

        if (kind == ValueKind.Digits)
        {
            Encoding.ASCII.GetBytes(WrittenNumber.Replace(text[candidate.Start..candidate.End], Encoding.ASCII.GetString(written)), output);
        }
        else
        {
            KeptValues.Write(written, insideJson, output);
        }

        return true;
    }

    public void Dispose() => keys.Dispose();

    private void WantFound(ReadOnlySpan<char> text)
    {
        foreach (var candidate in _candidates)
        {
            _kept.Want(TokenOf(candidate, text));
        }
    }

    private PseudonymToken TokenOf(Finding candidate, ReadOnlySpan<char> text)
    {
        var standIn = text[candidate.Start..candidate.End];
        return keys.TokenOfStandIn(candidate.Type == NumberCandidates.Type ? NumberCandidates.KeyOf(standIn) : standIn);
    }
}
