using System.Collections.Frozen;

namespace PrivacyService.Detection;

/// <summary>A kind of personal data, by the name that findings and calls give it.</summary>
/// <param name="IsRestorable">Whether an original may be kept to be had back. A secret may not: it is replaced for good, and stored nowhere.</param>
internal sealed record DataKind(string Name, bool IsRestorable = true)
{
    public const string Email = "email";
    public const string Phone = "phone";
    public const string Card = "card";
    public const string Iban = "iban";
    public const string Ip = "ip";
    public const string Mac = "mac";
    public const string Ssn = "ssn";
    public const string CryptoAddress = "crypto_address";
    public const string UrlCredentials = "url_credentials";
    public const string Secret = "secret";
    public const string DateOfBirth = "date_of_birth";
    public const string PersonName = "person_name";
    public const string Address = "address";

    /// <summary>What a caller's list of forbidden values finds.</summary>
    public const string Denied = "denied";

    public static readonly IReadOnlyList<DataKind> All =
    [
        new(Email), new(Phone), new(Card), new(Iban), new(Ip), new(Mac), new(Ssn), new(CryptoAddress), new(UrlCredentials, IsRestorable: false),
        new(Secret, IsRestorable: false), new(DateOfBirth), new(PersonName), new(Address), new(Denied),
    ];

    private static readonly FrozenSet<string> Irreversible = All.Where(kind => !kind.IsRestorable).Select(kind => kind.Name).ToFrozenSet();

    public static readonly FrozenSet<string> Names = All.Select(kind => kind.Name).ToFrozenSet();

    /// <summary>Also true of kinds that a caller named.</summary>
    public static bool IsReversible(string type) => !Irreversible.Contains(type);
}
