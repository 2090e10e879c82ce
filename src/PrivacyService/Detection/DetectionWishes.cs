using System.ComponentModel;
using System.Text.Json.Serialization;

namespace PrivacyService.Detection;

/// <summary>What a call may say about what is to be found.</summary>
internal record DetectionWishes
{
    [Description("Kinds to find: email, phone, card, iban, ip, mac, ssn, crypto_address, url_credentials, secret, date_of_birth, person_name, address, denied, types of the call's own, and of masks those of AWS. All when not given.")]
    public IReadOnlyList<string>? Types { get; init; }

    [Description("Kinds to leave.")]
    public IReadOnlyList<string>? ExceptTypes { get; init; }

    [Description("Values to find, as whole words and in any letter case, by type: {\"person_name\": [\"Ada Lovelace\"]}.")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Dictionary { get; init; }

    [Description("Regular expressions of .NET without look-around and back-references, each with the type of what it matches.")]
    public IReadOnlyList<PatternWish>? Patterns { get; init; }

    [Description("Values that stay where they are, in any letter case.")]
    public IReadOnlyList<string>? Allow { get; init; }

    [Description("Values that are always found, as whole words and in any letter case; their type is denied.")]
    public IReadOnlyList<string>? Deny { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PatternWish(string Type, string Pattern);
