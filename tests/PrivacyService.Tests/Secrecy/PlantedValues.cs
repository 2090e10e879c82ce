using PrivacyService.Tests.Aws;

namespace PrivacyService.Tests.Secrecy;

/// <summary>
/// A value of every type that can be found, where it is found: as in the corpora, but with values that no other test knows. What stands
/// between « and » is the value.
/// </summary>
internal static class PlantedValues
{
    /// <summary>Found in text; names of members count in JSON as they count in text.</summary>
    public static readonly IReadOnlyList<string> Texts =
    [
        "handled «planted.hopper77@planted-mail.example.com» in 89 ms",
        "Please use «+91 98703 51264» from now on.",
        "Please use «3528 7367 4063 1615» from now on.",
        "Please use «GB05XSBW62443993318813» from now on.",
        "handled «213.77.122.187» in 04 ms",
        "handled «D0-1C-ED-3E-77-75» in 12 ms",
        "Please use «638-25-7731» from now on.",
        "Please use «37oXe5dx1H3maPxpQS9k2JFkP25rg9AQ2C» from now on.",
        "<https://«app:R2GFrA_hB6toDmjk»@[::1]:80/data>",
        "handled «hf_jz31ERX3r0jmuxsYKPlWyYN0NyAhcmP78C» in 14 ms",
        "date_of_birth: «08/26/1937»",
        "account «738291640517»",
        "\"bucketName\": \"«planted-bucket-4711»\"",
        "\"roleName\": \"«planted-role-4712»\"",
        "\"userName\": \"«planted-user-4713»\"",
        "\"functionName\": \"«planted-function-4714»\"",
        "https://«x7qk29vw5d».execute-api.us-east-1.amazonaws.com/prod",
        "arn:aws:kms:us-east-1:«738291640517»:key/«7d34abcd-12ab-34cd-56ef-1234567890a7»",
        "id «AIDAJQABLZS4A3QDU5P7Q»",
        "arn:aws:kms:us-east-1:«738291640517»:key/«mrk-7d34abcd12ab34cd56ef1234567890a9»",
        "ip-«10-77-88-197».ec2.internal",
        "\"CanonicalUser\": \"«79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2bf»\"",
        "key=«AKIAIOSFODNN7PLANTED»",
        "aws_secret_access_key = «wJalrXUtnFEMI/K7MDENG/bPxRfiCYPLANTEDKEY»",
        "\"SessionToken\": \"«IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDplanted567890abcdEFGH==»\"",
        "X-Amz-Signature=«99a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2bd»",
        .. OfEc2(),
    ];

    /// <summary>Found by the names of their fields.</summary>
    public static readonly IReadOnlyDictionary<string, string> Fields = new Dictionary<string, string>
    {
        ["customerName"] = "Planted Lovelace-Byron",
        ["homeAddress"] = "Plantedstraße 77 \"Hinterhaus\", 10117 Berlin",
    };

    /// <summary>Found because the call says so.</summary>
    public const string Denied = "Planted Project Nightjar";

    /// <inheritdoc cref="Denied"/>
    public const string Listed = "Planted Codename Osprey";

    public static readonly IReadOnlyList<string> All =
    [
        .. Texts.SelectMany(text => text.Split('«').Skip(1).Select(part => part[..part.IndexOf('»', StringComparison.Ordinal)])).Distinct(), .. Fields.Values, Denied, Listed,
    ];

    /// <summary>Without most of the EC2 family, which are all alike.</summary>
    public static IEnumerable<string> OfEachForm => All.Take(30).Concat(All.TakeLast(4));

    /// <summary>The first line of each type, with other digits.</summary>
    private static IEnumerable<string> OfEc2() => AwsTesting.Corpus("ec2").Select(line => line.Split('\t'))
        .Where(columns => columns.Length == 2 && !columns[1].Contains(',', StringComparison.Ordinal)).DistinctBy(columns => columns[1])
        .Select((columns, index) => columns[0].Replace("0a1b2c3d4e5f60718", $"0{index:x3}7c3d4e5f6b9d8", StringComparison.Ordinal));
}
