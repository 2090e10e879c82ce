using System.Buffers;
using System.Text;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Pseudonyms;
using PrivacyService.Restoring;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Masking;

/// <param name="Utf8">The text or document with originals in it.</param>
/// <param name="Restored">Masks put back, repeated ones counted each time.</param>
/// <param name="Missing">Those that stay, as pseudonyms.</param>
internal sealed record Unmasked(ReadOnlyMemory<byte> Utf8, int Restored, IReadOnlyList<string> Missing);

/// <summary>Turns masks back. What is missing is always told: nothing is partly restored in silence.</summary>
internal sealed class Unmasker(PseudonymVault vault, SubjectKeys subjects, MasterKeys master, Repersonalizer documents, RestoreGuard guard, PrivacyMetrics metrics)
{
    /// <summary>What a call or a stream needs to put masks back as they come.</summary>
    /// <param name="scope">Masks of other scopes stay. Null for all of the owner's.</param>
    /// <param name="standIns">Where stand-ins are to be turned back as well.</param>
    public MaskedValues ValuesOf(RestoreCall call, PseudonymScope? scope, StandInValues? standIns = null) =>
        new(ReaderOf(call), scope is { } named ? master.Tag(call.Owner, named) : null, standIns);

    /// <summary>The same for an answer that comes in pieces.</summary>
    public MaskedValues ValuesOf(RestoreCall call, RestoreTally tally, PseudonymScope scope, StandInValues? standIns) =>
        new(ReaderOf(call, tally), master.Tag(call.Owner, scope), standIns);

    /// <summary>Begins to count what is restored of an answer that comes in pieces.</summary>
    public RestoreTally Begin(RestoreCall call) => guard.Begin(call);

    /// <summary>Which identifiers of a text are stand-ins already, for masking: it leaves them as they are, and what they stand for goes nowhere.</summary>
    public async Task<StandInValues> StandInsInAsync(DataOwner owner, ReadOnlyMemory<char> text, PseudonymScope scope, CancellationToken cancellationToken)
    {
        var standIns = await StandInsOfAsync(owner, (tokens, stop) => vault.ReadAsync(owner, tokens, stop), scope, cancellationToken);
        standIns.Find(text.Span);
        await standIns.LoadAsync(text.Span, cancellationToken);
        return standIns;
    }

    /// <inheritdoc cref="StandInsInAsync(DataOwner, ReadOnlyMemory{char}, PseudonymScope, CancellationToken)"/>
    public Task<StandInValues> StandInsInAsync(DataOwner owner, ReadOnlyMemory<byte> utf8, PseudonymScope scope, CancellationToken cancellationToken) =>
        StandInsInAsync(owner, Encoding.UTF8.GetString(utf8.Span).AsMemory(), scope, cancellationToken);

    /// <summary>What a call or a stream needs to put the stand-ins of a scope back as they come. To be disposed of by the caller.</summary>
    /// <param name="tally">Of an answer that comes in pieces.</param>
    public Task<StandInValues> StandInsOfAsync(RestoreCall call, PseudonymScope scope, CancellationToken cancellationToken, RestoreTally? tally = null) =>
        StandInsOfAsync(call.Owner, ReaderOf(call, tally), scope, cancellationToken);

    /// <summary>A text.</summary>
    /// <exception cref="ProblemException">Something is missing, and <paramref name="mode"/> is strict.</exception>
    public async Task<Unmasked> TextAsync(
        RestoreCall call, ReadOnlyMemory<byte> utf8, PseudonymScope? scope, MaskStyle style, RestoreMode mode, CancellationToken cancellationToken)
    {
        using var standIns = style == MaskStyle.Format ? await StandInsOfAsync(call, Require(scope), cancellationToken) : null;
        var values = ValuesOf(call, scope, standIns);
        return Finish(await RestoreAsync(utf8, new StreamRestorer(values, insideJson: false), cancellationToken), values, mode);
    }

    /// <summary>A JSON document.</summary>
    /// <inheritdoc cref="TextAsync"/>
    public async Task<Unmasked> DocumentAsync(
        RestoreCall call, ReadOnlyMemory<byte> json, PseudonymScope? scope, MaskStyle style, RestoreMode mode, CancellationToken cancellationToken)
    {
        using var standIns = style == MaskStyle.Format ? await StandInsOfAsync(call, Require(scope), cancellationToken) : null;
        var values = ValuesOf(call, scope, standIns);
        if (standIns is not null)
        {
            // They have no escapes, so they are found in the document as it is written; and before originals are in it, which may look like them.
            json = (await RestoreAsync(json, new StreamRestorer(values, insideJson: true, onlyStandIns: true), cancellationToken)).WrittenMemory;
        }

        var restored = await documents.DocumentAsync(call, json, MaskToken.IndexOf, scope, mode, cancellationToken);
        return new Unmasked(restored.Document.Utf8, (restored.Restored ?? 0) + values.Restored, restored.Missing);
    }

    private static async Task<ArrayBufferWriter<byte>> RestoreAsync(ReadOnlyMemory<byte> utf8, StreamRestorer restorer, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>(utf8.Length + 256);
        await restorer.WriteAsync(utf8, output, cancellationToken);
        await restorer.FinishAsync(output, cancellationToken);
        return output;
    }

    private static PseudonymScope Require(PseudonymScope? scope) => scope ?? throw new ProblemException(
        StatusCodes.Status400BadRequest, "scope_required", "In which scope?", "A stand-in does not say of which scope it is: name the one that the answer of /v1/mask gave.");

    private async Task<StandInValues> StandInsOfAsync(
        DataOwner owner, Func<IReadOnlyCollection<TokenKey>, CancellationToken, Task<VaultAnswer>> read, PseudonymScope scope, CancellationToken cancellationToken) =>
        new(read, (await subjects.GetOrCreateAsync(owner, cancellationToken)).ForScope(scope, master));

    private Func<IReadOnlyCollection<TokenKey>, CancellationToken, Task<VaultAnswer>> ReaderOf(RestoreCall call, RestoreTally? tally = null) =>
        async (tokens, cancellationToken) =>
        {
            var answer = await vault.ReadAsync(call.Owner, tokens, cancellationToken);
            await (tally is null ? guard.AllowAsync(call, answer, cancellationToken) : tally.AllowAsync(answer, cancellationToken));
            return answer;
        };

    private Unmasked Finish(ArrayBufferWriter<byte> output, MaskedValues values, RestoreMode mode)
    {
        if (mode == RestoreMode.Strict && values.Missing > 0)
        {
            throw PseudonymProblems.Missing(values.AllMissing, unknown: !values.AllExpired);
        }

        metrics.Restored(values.Restored, values.Missing);
        return new Unmasked(output.WrittenMemory, values.Restored, values.AllMissing);
    }
}
