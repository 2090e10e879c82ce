using System.Buffers;
using PrivacyService.Detection;
using PrivacyService.StandIns;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Masking;

/// <summary>What the vault knows of the masks of one answer, each asked for once. Not safe for concurrent use.</summary>
/// <param name="read">Asks the owner's vault.</param>
/// <param name="only">Masks of other scopes are left as they are. Null for all scopes of the owner.</param>
/// <param name="standIns">Where stand-ins are to be turned back as well.</param>
internal sealed class MaskedValues(
    Func<IReadOnlyCollection<TokenKey>, CancellationToken, Task<VaultAnswer>> read, ScopeTag? only, StandInValues? standIns = null)
{
    private readonly KeptValues _kept = new(read);

    /// <summary>Null where only masks that say what they are are turned back.</summary>
    public StandInValues? StandIns => standIns;

    /// <summary>Masks put back, repeated ones counted each time.</summary>
    public int Restored { get; private set; }

    /// <summary>Masks that stand for nothing, or for nothing that may be put back here; each counted once.</summary>
    public int Missing => _kept.Missing.Count();

    /// <summary>Whether all that is missing was there once.</summary>
    public bool AllExpired => !_kept.AnyUnknown;

    /// <summary>Those that are missing, as pseudonyms.</summary>
    public string[] AllMissing => [.. _kept.Missing.Select(token => token.ToString())];

    /// <summary>Wants whatever a text may have turned back with the next <see cref="LoadAsync(CancellationToken)"/>, so that many texts are one question.</summary>
    public void Want(ReadOnlySpan<char> text)
    {
        for (var at = MaskToken.IndexOf(text, 0, out var token, out var length); at >= 0; at = MaskToken.IndexOf(text, at + length, out token, out length))
        {
            Want(token);
        }

        standIns?.Want(text);
    }

    /// <inheritdoc cref="KeptValues.LoadAsync"/>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        await _kept.LoadAsync(cancellationToken);
        await (standIns?.LoadAsync(cancellationToken) ?? default);
    }

    /// <inheritdoc cref="KeptValues.LoadAsync"/>
    public ValueTask LoadAsync(IReadOnlyCollection<PseudonymToken> tokens, CancellationToken cancellationToken)
    {
        foreach (var token in tokens)
        {
            Want(token);
        }

        return _kept.LoadAsync(cancellationToken);
    }

    /// <summary>Writes what the mask stands for; false where it stands for nothing.</summary>
    /// <param name="after">What follows the mask.</param>
    /// <param name="insideJson">Whether it goes between the quotes of a JSON string; else into plain text.</param>
    /// <param name="more">How much of what follows belongs to it.</param>
    public bool TryWrite(PseudonymToken token, ReadOnlySpan<char> after, bool insideJson, IBufferWriter<byte> output, out int more)
    {
        more = 0;
        if (!_kept.TryGet(token, out var kind, out var written))
        {
            return false;
        }

        more = kind == ValueKind.Mailbox ? MailboxStandIn.DomainLength(after) : 0;
        KeptValues.Write(written, insideJson, output);
        Restored++;
        return true;
    }

    /// <summary>Writes what the stand-in stands for; false where it is none.</summary>
    /// <param name="candidate">Of <see cref="StandInValues.Find(ReadOnlySpan{char})"/>.</param>
    /// <param name="text">Where it stands.</param>
    /// <inheritdoc cref="TryWrite"/>
    public bool TryWriteStandIn(Finding candidate, ReadOnlySpan<char> text, bool insideJson, IBufferWriter<byte> output)
    {
        var restored = standIns!.TryWrite(candidate, text, insideJson, output);
        Restored += restored ? 1 : 0;
        return restored;
    }

    private void Want(PseudonymToken token) => _kept.Want(token, mayBeThere: only is null || token.Scope == only);
}
