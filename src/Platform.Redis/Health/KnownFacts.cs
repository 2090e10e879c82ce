namespace Platform.Redis.Health;

/// <summary>
/// What each primary last told about itself, and before that. One that is silent keeps what it told: that it does not answer says nothing
/// about its settings.
/// </summary>
internal sealed class KnownFacts
{
    private readonly Dictionary<string, ToldFacts> _byPrimary = new(StringComparer.Ordinal);

    /// <summary>Takes down what was told.</summary>
    /// <returns>Whether anything was.</returns>
    public bool Note(ProbeOutcome outcome)
    {
        if (outcome.Primaries.All(primary => primary.Facts is null))
        {
            return false;
        }

        foreach (var gone in _byPrimary.Keys.Except(outcome.Primaries.Select(NameOf)).ToList())
        {
            _byPrimary.Remove(gone);
        }

        foreach (var primary in outcome.Primaries)
        {
            if (primary.Facts is { } facts)
            {
                var name = NameOf(primary);
                _byPrimary[name] = new ToldFacts(primary.Name, facts, _byPrimary.GetValueOrDefault(name)?.Facts);
            }
        }

        return true;
    }

    public IReadOnlyList<ToldFacts> All => [.. _byPrimary.Values];

    private static string NameOf(PrimaryOutcome primary) => primary.Name ?? "";
}

/// <param name="Name">The primary's address; null where Redis is one server.</param>
/// <param name="Facts">What it told last.</param>
/// <param name="Before">What it told before that, if it did.</param>
internal sealed record ToldFacts(string? Name, ServerFacts Facts, ServerFacts? Before);
