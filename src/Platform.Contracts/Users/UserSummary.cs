using System.ComponentModel;

namespace Platform.Contracts.Users;

/// <summary>What other services may know of a person: no address, no rights.</summary>
/// <param name="Id">The person, <c>usr_…</c>.</param>
/// <param name="DisplayName">What they want to be called; null where they did not say.</param>
[ImmutableObject(true)]
public sealed record UserSummary(string Id, string? DisplayName)
{
    /// <summary>Keeps the person out of whatever prints records.</summary>
    public override string ToString() => nameof(UserSummary);
}
