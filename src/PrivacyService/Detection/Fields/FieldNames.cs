using System.Collections.Frozen;

namespace PrivacyService.Detection.Fields;

/// <summary>
/// Names of fields, English and German foremost, and what their values are. Letter case and separators do not matter:
/// <c>dateOfBirth</c>, <c>date_of_birth</c> and <c>Date of Birth</c> are one name. Whose it is may stand before (<c>customerName</c>).
/// </summary>
internal static class FieldNames
{
    private const int Longest = 40;
    private const int Letters = 26;

    private const string BirthDates =
        "dateofbirth dob birthday birthdate borndate birthdt geburtsdatum geburtstag gebdatum datedenaissance fechadenacimiento fechanacimiento datadinascita";

    private const string Secrets =
        "password passwd pwd passphrase passwort kennwort secret clientsecret apisecret apikey apitoken accesstoken refreshtoken authtoken bearertoken "
        + "idtoken sessiontoken token secretkey secretaccesskey awssecretaccesskey privatekey accesskey signingkey encryptionkey "
        + "contrasena motdepasse connectionstring webhooksecret jwtsecret appsecret dbpassword userpassword adminpassword rootpassword";

    /// <summary>In running text a scheme stands between the label and the secret.</summary>
    private const string Headers = "authorization proxyauthorization cookie setcookie";

    /// <summary>Names of persons whatever stands beside them.</summary>
    private const string PersonNames =
        "firstname lastname middlename surname givenname familyname fullname maidenname forename vorname nachname familienname geburtsname "
        + "cardholder cardholdername accountholder kontoinhaber prenom apellido apellidos cognome legalname preferredname ansprechpartner contactname "
        + "contactperson";

    /// <summary>Things have them too.</summary>
    private const string AmbiguousNames = "name nickname displayname nom nombre nome";

    private const string Addresses =
        "streetaddress homeaddress postaladdress mailingaddress billingaddress shippingaddress deliveryaddress residentialaddress wohnanschrift "
        + "wohnadresse rechnungsadresse lieferadresse privatadresse";

    private const string AmbiguousAddresses =
        "street street1 street2 streetname address address1 address2 addressline1 addressline2 addressline city town zip zipcode postcode postalcode "
        + "strasse straße str hausnummer housenumber adresse anschrift ort wohnort stadt plz postleitzahl rue ville codepostal calle ciudad via citta";

    private const string Ssns = "ssn socialsecuritynumber socialsecurityno socialsecurity";

    private const string Phones =
        "phone phonenumber phoneno telephone telephonenumber tel mobile mobilephone mobilenumber cellphone cell homephone workphone fax faxnumber telefon "
        + "telefonnummer handy handynummer mobil mobilnummer rufnummer faxnummer telefono celular";

    /// <summary>Before a name: whose it is.</summary>
    private static readonly string[] Owners =
    [
        "customer", "client", "user", "contact", "patient", "employee", "person", "member", "owner", "author", "sender", "recipient", "guest", "student",
        "applicant", "cardholder", "kunde", "kunden", "mitarbeiter", "benutzer", "patienten", "payer", "payee", "beneficiary",
    ];

    /// <summary>Before a name: a person's, but nobody by itself.</summary>
    private static readonly string[] Occasions = ["billing", "shipping", "delivery", "home", "private", "emergency", "rechnungs", "liefer"];

    private static readonly string[] Prefixes = [.. Owners, .. Occasions];

    /// <summary>Besides these: what a person has and a thing has not.</summary>
    private static readonly string[] OfPersons =
        ["email", "emailaddress", "mail", "gender", "sex", "salutation", "anrede", "age", "alter", "geschlecht", "nationality", "maritalstatus", "personid"];

    private static readonly FrozenDictionary<string, FieldName> Known = Build();
    private static readonly FrozenDictionary<string, FieldName>.AlternateLookup<ReadOnlySpan<char>> Lookup = Known.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> PersonSigns =
        OfPersons.ToFrozenSet().GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> PersonNouns =
        Owners.Concat(Owners.Select(owner => owner + "s")).Concat(["people", "personen", "holder", "profile", "kontakt", "insured", "buyer", "seller", "traveller", "passenger", "passengers"])
            .ToFrozenSet().GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly bool[] LabelEnds = Endings();

    /// <summary>Null where the name tells nothing.</summary>
    public static FieldName? Of(ReadOnlySpan<char> name)
    {
        Span<char> buffer = stackalloc char[Longest];
        var plain = Normalise(name, buffer);
        if (plain.IsEmpty)
        {
            return null;
        }

        if (Lookup.TryGetValue(plain, out var known))
        {
            return known;
        }

        foreach (var owner in Prefixes)
        {
            if (plain.StartsWith(owner, StringComparison.Ordinal) && Lookup.TryGetValue(plain[owner.Length..], out known))
            {
                return known.Owned;
            }
        }

        return null;
    }

    /// <summary>The same for a label in running text.</summary>
    public static FieldName? LabelOf(ReadOnlySpan<char> label)
    {
        Span<char> buffer = stackalloc char[Longest];
        return Lookup.TryGetValue(Normalise(label, buffer), out var known) && known.IsLabel ? known : null;
    }

    /// <summary>Whether an object that holds such a field tells of a person.</summary>
    public static bool TellsOfPerson(ReadOnlySpan<char> name)
    {
        Span<char> buffer = stackalloc char[Longest];
        var plain = Normalise(name, buffer);
        return PersonSigns.Contains(plain)
            || (Of(plain) is { NeedsPerson: false, Type: not DataKind.Secret });
    }

    /// <summary>Whether what a field with such a name holds is a person.</summary>
    public static bool IsPerson(ReadOnlySpan<char> name)
    {
        Span<char> buffer = stackalloc char[Longest];
        return PersonNouns.Contains(Normalise(name, buffer));
    }

    /// <summary>Whether a label for running text ends so: tells most other words apart by two characters.</summary>
    public static bool MayEndWith(char last, char character) =>
        char.IsAsciiLetter(last) && char.IsAsciiLetter(character) && LabelEnds[(((last | 0x20) - 'a') * Letters) + (character | 0x20) - 'a'];

    private static ReadOnlySpan<char> Normalise(ReadOnlySpan<char> name, Span<char> buffer)
    {
        var length = 0;
        foreach (var character in name)
        {
            if (character is '_' or '-' or ' ' or '.')
            {
                continue;
            }

            if (length == buffer.Length)
            {
                return [];
            }

            buffer[length++] = char.ToLowerInvariant(character);
        }

        return buffer[..length];
    }

    private static FrozenDictionary<string, FieldName> Build()
    {
        var names = new Dictionary<string, FieldName>();
        Add(BirthDates, new FieldName(DataKind.DateOfBirth, IsLabel: true));
        Add(Secrets, new FieldName(DataKind.Secret, IsLabel: true));
        Add(PersonNames, new FieldName(DataKind.PersonName));
        Add(AmbiguousNames, new FieldName(DataKind.PersonName, NeedsPerson: true));
        Add(Addresses, new FieldName(DataKind.Address));
        Add(AmbiguousAddresses, new FieldName(DataKind.Address, NeedsPerson: true));
        Add(Headers, new FieldName(DataKind.Secret));
        Add(Ssns, new FieldName(DataKind.Ssn));
        Add(Phones, new FieldName(DataKind.Phone));
        return names.ToFrozenDictionary();

        void Add(string list, FieldName field)
        {
            foreach (var name in list.Split(' '))
            {
                names.Add(name, field);
            }
        }
    }

    private static bool[] Endings()
    {
        var endings = new bool[Letters * Letters];
        foreach (var (name, _) in Known.Where(known => known.Value.IsLabel))
        {
            endings[((name[^2] - 'a') * Letters) + name[^1] - 'a'] = true;
        }

        return endings;
    }
}
