using System.Buffers;
using PrivacyService.Documents;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Masking;

/// <summary>What the vault was asked for and knows: each entry is asked for once. Not safe for concurrent use.</summary>
/// <param name="read">Asks the owner's vault.</param>
internal sealed class KeptValues(Func<IReadOnlyCollection<TokenKey>, CancellationToken, Task<VaultAnswer>> read)
{
    /// <summary>A text that names more than this does not come from what was masked.</summary>
    private const int MostTokens = 100_000;

    private readonly Dictionary<PseudonymToken, (ValueKind Kind, byte[]? Written)> _values = [];
    private readonly List<TokenKey> _wanted = [];

    /// <summary>What was asked for and is not there.</summary>
    public IEnumerable<PseudonymToken> Missing => _values.Where(value => value.Value.Written is null).Select(value => value.Key);

    /// <summary>Whether some of these were never there; else all were, once.</summary>
    public bool AnyUnknown { get; private set; }

    /// <summary>Wants one with the next <see cref="LoadAsync"/>, unless it was asked for before.</summary>
    /// <param name="mayBeThere">False where it counts as missing without being asked for.</param>
    public void Want(PseudonymToken token, bool mayBeThere = true)
    {
        if (_values.Count == MostTokens || !_values.TryAdd(token, default))
        {
            return;
        }

        if (mayBeThere)
        {
            _wanted.Add(new TokenKey(token, Spelling.Plain));
        }

        AnyUnknown |= !mayBeThere;
    }

    /// <summary>Asks the vault for those that are wanted: one round trip, none when there are none.</summary>
    /// <exception cref="Platform.Redis.RedisUnavailableException">Redis is away; nothing is known of them.</exception>
    /// <exception cref="Platform.ServiceDefaults.Problems.ProblemException">What is stored was altered.</exception>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_wanted.Count == 0)
        {
            return;
        }

        TokenKey[] wanted = [.. _wanted];
        _wanted.Clear();
        var answer = await read(wanted, cancellationToken);
        foreach (var key in wanted)
        {
            switch (answer.Find(key, out var kind, out var written))
            {
                case ReadOutcome.Found:
                    _values[key.Token] = (kind, written.ToArray());
                    break;
                case ReadOutcome.Damaged:
                    throw VaultProblems.Damaged();
                case var outcome:
                    AnyUnknown |= outcome == ReadOutcome.Unknown;
                    break;
            }
        }
    }

    /// <summary>What is kept, as JSON would write it; false where nothing is.</summary>
    public bool TryGet(PseudonymToken token, out ValueKind kind, out ReadOnlySpan<byte> written)
    {
        (kind, var found) = _values.GetValueOrDefault(token);
        written = found;
        return found is not null;
    }

    /// <param name="insideJson">Whether it goes between the quotes of a JSON string; else into plain text.</param>
    public static void Write(ReadOnlySpan<byte> written, bool insideJson, IBufferWriter<byte> output)
    {
        if (insideJson || !written.Contains((byte)'\\'))
        {
            output.Write(written);
        }
        else
        {
            output.Advance(JsonText.Unescape(written, output.GetSpan(written.Length)).Length);
        }
    }
}
