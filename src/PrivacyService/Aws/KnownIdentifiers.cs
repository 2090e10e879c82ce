using System.Buffers;

namespace PrivacyService.Aws;

/// <summary>
/// The identifiers that a document has given away so far, so that bare copies of them are found in its other texts. Not safe for
/// concurrent use.
/// </summary>
internal sealed class KnownIdentifiers
{
    private const int Most = 100_000;
    private const int MostSecrets = 64;

    /// <summary>Shorter names, and plain words, mean other things too: <c>admin</c>, <c>default</c>.</summary>
    private const int Shortest = 6;
    private const int Longest = 256;

    private readonly Dictionary<string, AwsType> _types = [];
    private readonly List<(string Value, AwsType Type)> _secrets = [];
    private readonly Dictionary<string, AwsType>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private SearchValues<string>? _anySecret;

    public KnownIdentifiers() => _lookup = _types.GetAlternateLookup<ReadOnlySpan<char>>();

    public bool IsEmpty => _types.Count == 0 && _secrets.Count == 0;

    public bool HasAccounts { get; private set; }

    /// <summary>
    /// Takes up what was found. A name keeps the type it had first: a role is a role also where an event calls it a user.
    /// </summary>
    public void Learn(ReadOnlySpan<char> text, FindingList findings)
    {
        for (var i = 0; i < findings.Count; i++)
        {
            var finding = findings[i];
            var type = AwsTypes.Of(finding.Type);
            var value = text.Slice(finding.Start, finding.Length);
            if (!type.IsReversible)
            {
                LearnSecret(value, type);
                continue;
            }

            if (value.Length > Longest)
            {
                continue;
            }

            if (_lookup.TryGetValue(value, out var known))
            {
                findings[i] = type.IsName && known.IsName ? finding with { Type = known.Name } : finding;
            }
            else if (_types.Count < Most)
            {
                _lookup[value] = type;
                HasAccounts |= type == AwsTypes.Account;
            }
        }
    }

    public bool TryGetCopy(ReadOnlySpan<char> run, out AwsType? type)
    {
        type = null;
        return IsDistinctive(run) && _lookup.TryGetValue(run, out type);
    }

    /// <summary>Where a credential comes again, which may have characters that no name has; -1 when none does.</summary>
    public int IndexOfSecret(ReadOnlySpan<char> text, out int length, out AwsType? type)
    {
        (length, type) = (0, null);
        if (_secrets.Count == 0)
        {
            return -1;
        }

        _anySecret ??= SearchValues.Create([.. _secrets.Select(secret => secret.Value)], StringComparison.Ordinal);
        var at = text.IndexOfAny(_anySecret);
        foreach (var secret in _secrets)
        {
            if (at >= 0 && secret.Value.Length > length && text[at..].StartsWith(secret.Value, StringComparison.Ordinal))
            {
                (length, type) = (secret.Value.Length, secret.Type);
            }
        }

        return at;
    }

    private void LearnSecret(ReadOnlySpan<char> value, AwsType type)
    {
        // A key id is found by its form wherever it stands.
        if (type == AwsTypes.AccessKey || _secrets.Count == MostSecrets)
        {
            return;
        }

        foreach (var secret in _secrets)
        {
            if (value.SequenceEqual(secret.Value))
            {
                return;
            }
        }

        _secrets.Add((value.ToString(), type));
        _anySecret = null;
    }

    private static bool IsDistinctive(ReadOnlySpan<char> value) =>
        value.Length is >= Shortest and <= Longest && (value.ContainsAny('-', '_') || value.ContainsAny(Characters.Digits)) && !IdShape.IsRegion(value);
}
