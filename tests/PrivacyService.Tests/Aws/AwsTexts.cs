using System.Text;
using System.Text.Json;

namespace PrivacyService.Tests.Aws;

/// <summary>Texts as people send them to a model, with identifiers of their own in each, from a seed.</summary>
internal sealed class AwsTexts(int seed)
{
    private const string Hex = "0123456789abcdef";
    private const string Small = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly Random _random = new(seed);

    public string Account => Draw("0123456789", 12);

    public string Instance => "i-0" + Draw(Hex, 16);

    public string Network => Pick("vpc-", "subnet-", "sg-", "eni-", "vol-", "vpce-") + (_random.Next(4) == 0 ? Draw(Hex, 8) : "0" + Draw(Hex, 16));

    public string Name => $"acme-{Pick("web", "orders", "logs", "billing", "etl")}-{_random.Next(10_000):d4}";

    public string Principal => Pick("AIDA", "AROA", "ANPA") + Draw(Base32, 17);

    public string Key => $"{Draw(Hex, 8)}-{Draw(Hex, 4)}-4{Draw(Hex, 3)}-a{Draw(Hex, 3)}-{Draw(Hex, 12)}";

    public string Arn => _random.Next(7) switch
    {
        0 => $"arn:aws:iam::{Account}:role/{Name}",
        1 => $"arn:aws:s3:::{Name}/*",
        2 => $"arn:aws:lambda:eu-west-1:{Account}:function:{Name}",
        3 => $"arn:aws:kms:us-east-1:{Account}:key/{Key}",
        4 => $"arn:aws-cn:ec2:cn-north-1:{Account}:instance/{Instance}",
        5 => $"arn:aws:elasticloadbalancing:us-east-1:{Account}:loadbalancer/app/{Name}/{Draw(Hex, 16)}",
        _ => $"arn:aws:sts::{Account}:assumed-role/{Name}/ada@example.com",
    };

    public string Host => _random.Next(8) switch
    {
        0 => $"{Name}.s3.eu-west-1.amazonaws.com",
        1 => $"{Name}.{Draw(Small, 11)}1.us-east-1.rds.amazonaws.com",
        2 => $"{Account}.dkr.ecr.us-east-1.amazonaws.com/{Name}:1.4",
        3 => $"{Draw(Small, 9)}7.execute-api.us-east-1.amazonaws.com",
        4 => $"internal-{Name}-{Draw("123456789", 10)}.us-east-1.elb.amazonaws.com",
        5 => $"d{Draw(Small, 12)}3.cloudfront.net",
        6 => $"ip-10-{_random.Next(256)}-{_random.Next(256)}-{_random.Next(256)}.ec2.internal",
        _ => $"sqs.us-east-1.amazonaws.com/{Account}/{Name}",
    };

    /// <summary>One text in the manner of one tool, parts of it once more in an encoding or two.</summary>
    public string Next()
    {
        var text = new StringBuilder();
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            var piece = Piece();
            text.Append(piece).Append(Pick("\n", "\n\n", " "));
            if (_random.Next(3) == 0)
            {
                text.Append(Encode(piece)).Append('\n');
            }
        }

        return text.ToString();
    }

    public string Draw(string alphabet, int length) => new([.. Enumerable.Range(0, length).Select(_ => alphabet[_random.Next(alphabet.Length)])]);

    public T Pick<T>(params T[] items) => items[_random.Next(items.Length)];

    private string Piece() => _random.Next(8) switch
    {
        0 => $"resource \"aws_instance\" \"web\" {{\n  subnet_id = \"{Network}\"\n  iam_instance_profile = aws_iam_role.x.name\n  bucket = \"{Name}\"\n}}",
        1 => $"|  AccountId  |  {Account}  |\n|  {Instance}  |  running  |  {Arn}  |",
        2 => JsonSerializer.Serialize(new { accountId = Account, roleName = Name, arn = Arn, nested = JsonSerializer.Serialize(new { ownerId = Account, host = Host }) }),
        3 => $"accounts:\n  - \"{Account}\"\n  - '{Account}'\nbucket: {Name}\nendpoint: https://{Host}/x?y=1",
        4 => $"See **{Instance}** in `{Arn}` ([link](https://{Host})) of account {Account}. Größe: 12 µs, 数据 🙂",
        5 => $"2024-11-21T04:42:21.123Z INFO {Draw(Hex, 40)} order {Draw("123456789", 12)} took 12 ms on {Host}: {Principal}:{Instance}",
        6 => $"aws s3 cp s3://{Name}/a.txt . --role-name {Name} && aws ec2 describe-instances --instance-ids {Instance} {Instance}",
        _ => $"{Key} {Draw(Hex, 64)} {Arn} {Host} {Network}",
    };

    private string Encode(string piece) => _random.Next(5) switch
    {
        0 => Uri.EscapeDataString(piece),
        1 => Uri.EscapeDataString(Uri.EscapeDataString(piece)),
        2 => JsonSerializer.Serialize(piece),
        3 => JsonSerializer.Serialize(JsonSerializer.Serialize(piece)).Replace("/", "\\/", StringComparison.Ordinal),
        _ => System.Net.WebUtility.HtmlEncode(piece),
    };
}
