using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using PrivacyService.Documents;
using PrivacyService.Pseudonyms;
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

        new DocumentRewriter(DetectionTesting.Engine, rules, batch).Rewrite(json, mustBeObject: false, output);

        for (var i = 0; i < batch.Count; i++)
        {
            _vault[Convert.ToHexString(batch[i].Key.ToField())] = batch[i].Sealed;
        }

        Replaced = batch.Replaced;
        return output.WrittenSpan.ToArray();
    }

    public string Restore(string json) => Encoding.UTF8.GetString(Restore(Encoding.UTF8.GetBytes(json)));

    public byte[] Restore(byte[] json)
    {
        var document = TokenDocument.Scan(json);
        var answer = new VaultAnswer();
        var binding = new byte[ValueBinding.LongestLength];
        foreach (var token in document.Tokens)
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

        var output = new ArrayBufferWriter<byte>();
        Assert.NotEqual(-1, document.Restore(answer, int.MaxValue, output));
        return output.WrittenSpan.ToArray();
    }
}
