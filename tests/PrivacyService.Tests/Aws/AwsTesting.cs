using System.Security.Cryptography;
using System.Text;
using PrivacyService.Aws;
using PrivacyService.Detection;
using PrivacyService.Tokens;

namespace PrivacyService.Tests.Aws;

internal static class AwsTesting
{
    public static readonly string[] Families = ["ec2", "arn", "account", "iam", "credentials", "hosts", "names"];

    public static IEnumerable<string> Corpus(string family)
    {
        using var stream = typeof(AwsTesting).Assembly.GetManifestResourceStream(family + ".tsv")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    public static List<Finding> Find(string text)
    {
        var findings = new List<Finding>();
        AwsScanner.Find(text, findings);
        return findings;
    }
}

/// <summary>The smallest mask there can be: what stands for what is kept in memory.</summary>
internal sealed class MemoryMask(bool valid, string scope = "scope") : IDisposable
{
    private static readonly byte[] Key = SHA256.HashData("a key of the tests"u8);

    private readonly AwsShapes _shapes = new(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(scope)), new ScopeTag((ulong)scope.Length));
    private readonly Dictionary<string, string> _standIns = [];
    private readonly Dictionary<string, string> _values = [];

    public string Mask(string text)
    {
        var masked = new StringBuilder();
        var copied = 0;
        foreach (var finding in AwsTesting.Find(text))
        {
            var value = AwsScanner.Canonical(text, finding);
            if (_values.ContainsKey(value))
            {
                // A stand-in of this scope stays what it is.
                continue;
            }

            masked.Append(text, copied, finding.Start - copied).Append(StandIn(AwsTypes.Of(finding.Type), value));
            copied = finding.End;
        }

        return masked.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Credentials stay away; everything else comes back.</summary>
    public string Restore(string text)
    {
        var restored = new StringBuilder();
        var longest = _values.Keys.Select(standIn => standIn.Length).Distinct().OrderDescending().ToList();
        var lookup = _values.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var at = 0; at < text.Length;)
        {
            var length = longest.Find(length => at + length <= text.Length && lookup.ContainsKey(text.AsSpan(at, length)));
            restored.Append(length == 0 ? text[at].ToString() : lookup[text.AsSpan(at, length)]);
            at += Math.Max(1, length);
        }

        return restored.ToString();
    }

    public void Dispose() => _shapes.Dispose();

    private string StandIn(AwsType type, string value)
    {
        if (_standIns.TryGetValue(value, out var standIn))
        {
            return standIn;
        }

        standIn = valid ? _shapes.Write(type, value) : $"{type.Name}_{_shapes.Write(AwsTypes.Secret, value)[^PseudonymToken.BodyLength..]}";
        _standIns.Add(value, standIn);
        Assert.True(_values.TryAdd(standIn, type.IsReversible ? value : standIn), "Two values share a stand-in.");
        return standIn;
    }
}
