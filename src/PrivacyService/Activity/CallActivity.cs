using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Activity;

/// <summary>What an endpoint tells about its call, for <see cref="ActivityFilter"/>. One for each request.</summary>
internal sealed class CallActivity
{
    /// <summary>Whose data it is.</summary>
    public DataOwner? Owner { get; set; }

    public PseudonymScope? Scope { get; set; }

    /// <summary>Values replaced or put back, repeated ones counted each time.</summary>
    public int Values { get; set; }

    /// <summary>Pseudonyms without an original.</summary>
    public int Missing { get; set; }

    /// <summary>How many were found of each type.</summary>
    public IReadOnlyDictionary<string, int>? Types { get; set; }

    /// <summary>Until when the document that the call keeps can be had back; null where it keeps none.</summary>
    public DateTimeOffset? KeptUntil { get; set; }

    /// <summary>Tells all of it but the owner, who is known before anything can fail.</summary>
    public void Tell(
        PseudonymScope? scope, int values, IReadOnlyDictionary<string, int>? types = null, int missing = 0, DateTimeOffset? keptUntil = null) =>
        (Scope, Values, Types, Missing, KeptUntil) = (scope, values, types, missing, keptUntil);
}
