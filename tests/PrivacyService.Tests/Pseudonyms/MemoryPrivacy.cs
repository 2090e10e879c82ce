using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using PrivacyService.Documents;
using PrivacyService.Masking;
using PrivacyService.Pseudonyms;
using PrivacyService.StandIns;
using PrivacyService.Tests.Detection;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Tests.Pseudonyms;

/// <summary>The rewriting of documents with a dictionary in the vault's place.</summary>
internal sealed class MemoryPrivacy
{
    private readonly MasterKeys _master = MasterKeys.DeriveFrom("a sealing secret for tests");
    private readonly SubjectKey _subject;
    private readonly Dictionary<string, byte[]> _vault = [];
    private readonly Dictionary<string, int> _claims = [];

    public MemoryPrivacy(string owner = "usr_1")
    {
        var dataOwner = _master.Owner(owner);
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(owner));
        _subject = new SubjectKey(dataOwner, key, key);
    }

    public int Entries => _vault.Count;

    public int Replaced { get; private set; }

    public string Pseudonymize(string json, string[] fields, bool detect = true, string scope = "subject") =>
        Encoding.UTF8.GetString(Pseudonymize(Encoding.UTF8.GetBytes(json), fields, detect, scope));

    public byte[] Pseudonymize(byte[] json, string[] fields, bool detect, string scope)
    {
        Assert.True(PseudonymScope.TryParse(scope, out var parsed));
        using var keys = _subject.ForScope(parsed, _master);
        var batch = new PseudonymBatch(keys, 100_000);
        var output = new ArrayBufferWriter<byte>();
        var rules = new PseudonymRules(FieldSelector.Create(fields).Selector!, detect, parsed, TimeSpan.FromHours(1));

        using var writer = new PseudonymWriter(batch);
        new DocumentRewriter(DetectionTesting.Engine, rules, writer).Rewrite(json, mustBeObject: false, output);

        Keep(batch);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Masks whatever <paramref name="mask"/> masks.</summary>
    public byte[] Mask(Action<MaskFinder, MaskWriter, IBufferWriter<byte>> mask, string scope = "subject", MaskPolicy? policy = null)
    {
        Assert.True(PseudonymScope.TryParse(scope, out var parsed));
        using var keys = _subject.ForScope(parsed, _master);
        var batch = new PseudonymBatch(keys, 100_000);
        var output = new ArrayBufferWriter<byte>();
        using var writer = new MaskWriter(policy ?? MaskPolicy.Default, batch, new MaskCounts());
        mask(new MaskFinder(DetectionTesting.Engine), writer, output);
        Keep(batch);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The same with stand-ins of the form of what they stand for.</summary>
    public async Task<string> MaskInFormAsync(string text, bool isJson = false, string scope = "subject")
    {
        using var known = StandIns(scope);
        known.Find(text);
        await known.LoadAsync(text, CancellationToken.None);
        using var keys = _subject.ForScope(ScopeOf(scope), _master);
        var first = new PseudonymBatch(keys, 100_000);
        Write(first);
        for (var i = 0; i < first.Claims.Wanted.Count; i++)
        {
            first.Claims.Take(i, PlaceOf(scope, first.Claims.Wanted[i]));
        }

        var batch = new PseudonymBatch(keys, 100_000, first.Claims);
        var output = Write(batch);
        Keep(batch);
        return Encoding.UTF8.GetString(output.WrittenSpan);

        ArrayBufferWriter<byte> Write(PseudonymBatch batch)
        {
            var output = new ArrayBufferWriter<byte>();
            using var writer = new MaskWriter(MaskPolicy.Default, batch, new MaskCounts(), known);
            var finder = new MaskFinder(DetectionTesting.Engine, standIns: known);
            if (isJson)
            {
                new JsonMasker(finder, writer).Mask(Encoding.UTF8.GetBytes(text), output);
            }
            else
            {
                new TextMasker(finder, writer).Mask(text, output);
            }

            return output;
        }
    }

    /// <summary>What a call needs to turn masks back.</summary>
    public MaskedValues Values(StandInValues? standIns = null) => new((tokens, _) => Task.FromResult(Read(tokens)), only: null, standIns);

    /// <summary>What a call needs to turn stand-ins of a scope back.</summary>
    public StandInValues StandIns(string scope = "subject") => new((tokens, _) => Task.FromResult(Read(tokens)), _subject.ForScope(ScopeOf(scope), _master));

    public string Restore(string json) => Encoding.UTF8.GetString(Restore(Encoding.UTF8.GetBytes(json)));

    public byte[] Restore(byte[] json)
    {
        var document = TokenDocument.Scan(json, MaskToken.IndexOf);
        var output = new ArrayBufferWriter<byte>();
        Assert.NotEqual(-1, document.Restore(Read(document.Tokens), int.MaxValue, output));
        return output.WrittenSpan.ToArray();
    }

    private static PseudonymScope ScopeOf(string scope)
    {
        Assert.True(PseudonymScope.TryParse(scope, out var parsed));
        return parsed;
    }

    /// <summary>As the vault's script gives places out.</summary>
    private int PlaceOf(string scope, StandInClaim claim)
    {
        var (field, counter) = (scope + Convert.ToHexString(claim.Field), scope + claim.Counter);
        if (_claims.TryGetValue(field, out var place))
        {
            return place;
        }

        place = _claims.GetValueOrDefault(counter);
        place += place == claim.NotSlot ? 1 : 0;
        if (place >= claim.Size)
        {
            return -1;
        }

        _claims[counter] = place + 1;
        return _claims[field] = place;
    }

    private void Keep(PseudonymBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            _vault[Convert.ToHexString(batch[i].Key.ToField())] = batch[i].Sealed;
        }

        Replaced = batch.Replaced;
    }

    private VaultAnswer Read(IReadOnlyCollection<TokenKey> tokens)
    {
        var answer = new VaultAnswer();
        var binding = new byte[ValueBinding.LongestLength];
        foreach (var token in tokens)
        {
            var sealer = _subject.SealerOf(token.Token.Scope);
            var key = _vault.ContainsKey(Convert.ToHexString(token.ToField())) ? token : token.Plain;
            byte[]? content = null;
            if (_vault.TryGetValue(Convert.ToHexString(key.ToField()), out var kept))
            {
                content = sealer.Open(kept, binding.AsSpan(0, ValueBinding.Write(_subject.Owner, key, binding)));
            }

            answer.Add(token, content is null ? ReadOutcome.Unknown : ReadOutcome.Found, content);
        }

        return answer;
    }
}
