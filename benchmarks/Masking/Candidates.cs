using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PrivacyService.Detection;
using PrivacyService.Masking;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace Platform.Benchmarks.Masking;

/// <summary>What goes over the same pieces in each round, on one core; every one gives characters per second.</summary>
internal sealed class Candidates
{
    private static readonly SearchValues<char> Anchors = SearchValues.Create("@.:-+0123456789");

    /// <summary>
    /// The kinds that the engine knows, in one pattern, without the checks that patterns cannot do; in these texts it finds the same,
    /// span for span. Names of fields and values of a caller are left out, as they are in the engine's call.
    /// </summary>
    private static readonly Regex Union = new(
        string.Join('|',
            @"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
            @"\b((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\b",
            @"\b([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}\b|\b([0-9a-fA-F]{1,4}:){1,6}:([0-9a-fA-F]{1,4}:){0,5}[0-9a-fA-F]{1,4}\b",
            @"\b([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}\b",
            @"\+[1-9][0-9]{0,2}([ .-]?[0-9]{2,4}){2,4}\b",
            @"\b[2-9][0-9]{2}[ .-][2-9][0-9]{2}[ .-][0-9]{4}\b|\([2-9][0-9]{2}\) ?[0-9]{3}[ .-][0-9]{4}\b",
            @"\b0[1-9][0-9]{1,3}[ /][0-9]{3,4}[ -]?[0-9]{3,4}\b|\b0[167][0-9]{8,9}\b",
            @"\b[A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){3,7}\b",
            @"\b[2-68]([0-9]{15}|[0-9]{3}(( [0-9]{4}){3}|(-[0-9]{4}){3}))\b|\b3[47]([0-9]{13}|[0-9]{2} [0-9]{6} [0-9]{5})\b",
            @"\b[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}\b",
            @"\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b|\b(bc|tb|ltc)1[02-9ac-hj-np-z]{11,71}\b|\b0x[0-9a-fA-F]{40}\b",
            @"://[^\s/:@""]*:[^\s/@""]+@",
            @"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
            @"\b(gh[pousr]_|github_pat_|glpat-|npm_|hf_|[sr]k_(live|test)_|xox[bapr]-|sk-(proj|ant)-)[A-Za-z0-9_-]{16,}",
            @"\b(AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[A-Za-z0-9_-]{35}\b",
            @"\b[Bb]earer [A-Za-z0-9._~+/=-]{16,}|\b[Aa]uthorization: [Bb]asic [A-Za-z0-9+/=]{6,}",
            @"(password|passwd|pwd|secret|api_?key|access_?token|passwort)[""']?[=:] ?[""']?[^\s""',;&]{6,}",
            @"(dob|birthday|date_of_birth|geburtsdatum)[""']?[=:] ?[""']?[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}",
            @"-----BEGIN ([A-Z]+ )?PRIVATE KEY-----"),
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    private readonly MasterKeys _master = MasterKeys.DeriveFrom("a sealing secret of a benchmark");
    private readonly DetectionEngine _engine;
    private readonly List<Finding> _findings = [];
    private readonly char[] _copy = new char[1 << 20];

    public Candidates()
    {
        var services = new ServiceCollection();
        services.AddDetection();
        _engine = services.BuildServiceProvider().GetRequiredService<DetectionEngine>();
    }

    public double Engine(Text text, TimeSpan time) => Run(text, time, piece => _engine.Find(piece, _findings));

    /// <summary>All of masking but the vault: found, sealed for it, and written with tokens, each piece as a call of its own.</summary>
    public double Mask(Text text, TimeSpan time)
    {
        var key = SHA256.HashData("the key of somebody"u8);
        var subject = new SubjectKey(_master.Owner("usr_1"), key, key);
        var scope = PseudonymScope.TryParse("subject", out var parsed) ? parsed : throw new InvalidOperationException("There is no such scope.");
        return Run(text, time, piece =>
        {
            using var keys = subject.ForScope(scope, _master);
            using var writer = new MaskWriter(MaskPolicy.Default, new PseudonymBatch(keys, int.MaxValue), new MaskCounts());
            new TextMasker(new MaskFinder(_engine), writer).Mask(piece, new ArrayBufferWriter<byte>(2 * piece.Length));
        });
    }

    public double Copy(Text text, TimeSpan time) => Run(text, time, piece => piece.CopyTo(_copy));

    public static double BareScan(Text text, TimeSpan time) => Run(text, time, static piece =>
    {
        var rest = piece.AsSpan();
        while (rest.IndexOfAny(Anchors) is >= 0 and var anchor)
        {
            rest = rest[(anchor + 1)..];
        }
    });

    public static double OneRegex(Text text, TimeSpan time) => Run(text, time, static piece =>
    {
        foreach (var match in Union.EnumerateMatches(piece))
        {
            _ = match.Length;
        }
    });

    /// <summary>Both find the same, or the comparison is worth nothing.</summary>
    /// <returns>How many.</returns>
    public int RequireSame(Text text)
    {
        var count = 0;
        foreach (var piece in text.Pieces)
        {
            _engine.Find(piece, _findings);
            var expected = _findings.Select(finding => (finding.Start, finding.Length)).ToList();
            var actual = Union.Matches(piece).Select(match => (Start: match.Index, match.Length)).ToList();
            if (expected.Except(actual).Concat(actual.Except(expected)).OrderBy(span => span.Start).FirstOrDefault() is { Length: > 0 } differing)
            {
                throw new InvalidOperationException(
                    $"{text.Name}: only one of both finds \"{piece.Substring(differing.Start, differing.Length)}\" in \"{piece[Math.Max(0, differing.Start - 30)..Math.Min(piece.Length, differing.Start + differing.Length + 30)]}\".");
            }

            count += expected.Count;
        }

        return count;
    }

    /// <summary>Bytes allocated by looking through all lines without a finding.</summary>
    public long AllocatedWithoutFinding(Text text)
    {
        var lines = text.Pieces.SelectMany(piece => piece.Split('\n')).Where(line =>
        {
            _engine.Find(line, _findings);
            return _findings.Count == 0;
        }).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var line in lines)
        {
            _engine.Find(line, _findings);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static double Run(Text text, TimeSpan time, Action<string> action)
    {
        var characters = 0L;
        var started = Stopwatch.GetTimestamp();
        for (var next = 0; Stopwatch.GetElapsedTime(started) < time; next = (next + 1) % text.Pieces.Length)
        {
            action(text.Pieces[next]);
            characters += text.Pieces[next].Length;
        }

        return characters / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
