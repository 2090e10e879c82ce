using System.Buffers;
using System.Text.RegularExpressions;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Detection;
using PrivacyService.Pseudonyms;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Masking;

/// <summary>What one call asked for, checked.</summary>
internal sealed record MaskRules(PseudonymScope Scope, TimeSpan TimeToLive, MaskPolicy Policy, MaskStyle Style = MaskStyle.Token)
{
    /// <summary>What is found.</summary>
    public DetectionRules Detection { get; init; } = DetectionRules.Default;
}

/// <param name="Utf8">The text or document with masks in it.</param>
/// <param name="ExpiresAt">Until when they can be turned back.</param>
/// <param name="StandIns">Those of the masks that look like what they stand for.</param>
internal sealed record Masked(ReadOnlyMemory<byte> Utf8, MaskCounts Counts, DateTimeOffset ExpiresAt, ISet<string> StandIns);

/// <summary>Masks identifiers and personal data, in texts and in JSON. What it returns may be shown: the vault has acknowledged every original by then.</summary>
internal sealed class Masker(DetectionEngine detection, VaultWriter vault, Unmasker unmasker, PrivacyMetrics metrics)
{
    /// <summary>A JSON document: its strings, and the numbers that are identifiers.</summary>
    /// <exception cref="ProblemException">It is not JSON, holds what is blocked, or is beyond a bound. Nothing was stored.</exception>
    public async Task<Masked> DocumentAsync(DataOwner owner, ReadOnlyMemory<byte> json, MaskRules rules, CancellationToken cancellationToken)
    {
        using var standIns = rules.Style == MaskStyle.Format ? await unmasker.StandInsInAsync(owner, json, rules.Scope, cancellationToken) : null;
        return await MaskAsync(
            owner, rules, json.Length, (finder, writer, output) => new JsonMasker(finder, writer).Mask(json.Span, output), standIns, cancellationToken);
    }

    /// <summary>A text, whatever is in it.</summary>
    /// <exception cref="ProblemException">It holds what is blocked, or is beyond a bound. Nothing was stored.</exception>
    public Task<Masked> TextAsync(DataOwner owner, ReadOnlyMemory<char> text, MaskRules rules, CancellationToken cancellationToken) =>
        TextAsync(owner, text, rules, (finder, writer, output) => new TextMasker(finder, writer).Mask(text.Span, output), cancellationToken);

    /// <inheritdoc cref="TextAsync(DataOwner, ReadOnlyMemory{char}, MaskRules, CancellationToken)"/>
    /// <param name="mask">Masks the text, or as much of it as is wanted. May be asked twice.</param>
    public async Task<Masked> TextAsync(
        DataOwner owner, ReadOnlyMemory<char> text, MaskRules rules, Action<MaskFinder, MaskWriter, IBufferWriter<byte>> mask, CancellationToken cancellationToken)
    {
        using var standIns = rules.Style == MaskStyle.Format ? await unmasker.StandInsInAsync(owner, text, rules.Scope, cancellationToken) : null;
        return await MaskAsync(owner, rules, text.Length, mask, standIns, cancellationToken);
    }

    /// <summary>What <paramref name="mask"/> makes of its text, stored.</summary>
    /// <param name="standIns">What of the scope is known already; null where masks are tokens.</param>
    private async Task<Masked> MaskAsync(
        DataOwner owner,
        MaskRules rules,
        int length,
        Action<MaskFinder, MaskWriter, IBufferWriter<byte>> mask,
        StandInValues? standIns,
        CancellationToken cancellationToken)
    {
        var (made, replaced, expiresAt) = await vault.WriteAsync(owner, rules.Scope, rules.TimeToLive, Make, document: null, cancellationToken);
        metrics.Replaced(replaced);
        return new Masked(made.Output.WrittenMemory, made.Counts, expiresAt, made.StandIns);

        (ArrayBufferWriter<byte> Output, MaskCounts Counts, ISet<string> StandIns) Make(PseudonymBatch batch)
        {
            var counts = new MaskCounts();
            var output = new ArrayBufferWriter<byte>(length + (length / 4) + 256);
            using var writer = new MaskWriter(rules.Policy, batch, counts, standIns);
            try
            {
                mask(new MaskFinder(detection, rules.Detection, standIns), writer, output);
            }
            catch (RegexMatchTimeoutException)
            {
                throw DetectionRulesBuilder.TooSlow();
            }

            return counts.Blocked.Count == 0 ? (output, counts, writer.StandIns) : throw Blocked(counts);
        }
    }

    private static ProblemException Blocked(MaskCounts counts) => new(
        StatusCodes.Status422UnprocessableEntity,
        "blocked_by_policy",
        "What was found may not be sent",
        "Take out what the types listed name, or have them masked.")
    {
        Extensions = { ["types"] = counts.Blocked },
    };
}
