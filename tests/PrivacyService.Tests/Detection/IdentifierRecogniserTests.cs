using PrivacyService.Detection;

namespace PrivacyService.Tests.Detection;

/// <summary>In each case the part between « and » is what must be found; a case without them must find nothing.</summary>
public sealed class IdentifierRecogniserTests
{
    [Theory]
    [InlineData("SSN «123-45-6789».")]
    [InlineData("«219-09-1234»,x")]
    [InlineData("ssn: «123 45 6789»")]
    [InlineData("Social Security Number «123456789»")]
    [InlineData("000-12-3456")]
    [InlineData("666-12-3456")]
    [InlineData("900-12-3456")]
    [InlineData("123-00-6789")]
    [InlineData("123-45-0000")]
    [InlineData("123 45 6789")]
    [InlineData("123456789")]
    [InlineData("123-45-67890")]
    [InlineData("1-123-45-6789")]
    [InlineData("123-45 6789")]
    [InlineData("123-45-678")]
    [InlineData("ssn 12-345-6789")]
    public void Ssn(string marked) => MarkedText.Check(DataKind.Ssn, marked);

    [Theory]
    [InlineData("lladdr «00:1a:2b:3c:4d:5e» REACHABLE")]
    [InlineData("«00-1A-2B-3C-4D-5E»")]
    [InlineData("mac=«de:ad:be:ef:00:01»,")]
    [InlineData("«aa:bb:cc:dd:ee:ff»")]
    [InlineData("00:1a:2b:3c:4d")]
    [InlineData("00:1a:2b:3c:4d:5e:6f")]
    [InlineData("00:1a-2b:3c:4d:5e")]
    [InlineData("00:1a:2b:3c:4d:5g")]
    [InlineData("ff:ff:ff:ff:ff:ff")]
    [InlineData("MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48")]
    [InlineData("2024-11-21-04-42-21")]
    public void Mac(string marked) => MarkedText.Check(DataKind.Mac, marked);

    [Theory]
    [InlineData("postgres://«app:hunter2»@db.internal:5432/x")]
    [InlineData("redis://«:hunter2»@cache/0")]
    [InlineData("https://«user:p@ss»@example.com/a?b=c@d")]
    [InlineData("(amqp://«guest:guest»@mq)")]
    [InlineData("https://user@example.com/")]
    [InlineData("https://example.com:8080/@ada")]
    [InlineData("https://example.com/a:b@c")]
    [InlineData("https://example.com?u=a:b@c")]
    [InlineData("://a:b@c")]
    [InlineData("https://a:b@")]
    public void UrlCredentials(string marked) => MarkedText.Check(DataKind.UrlCredentials, marked);

    [Theory]
    [InlineData("to «1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa».")]
    [InlineData("«3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy»")]
    [InlineData("«1111111111111111111114oLvT2»")]
    [InlineData("bitcoin:«bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq»?amount=1")]
    [InlineData("«BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4»")]
    [InlineData("«bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr»")]
    [InlineData("«0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed»")]
    [InlineData("«0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed»")]
    [InlineData("«0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359»")]
    [InlineData("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb")]
    [InlineData("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLz")]
    [InlineData("x1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")]
    [InlineData("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp")]
    [InlineData("bc1Qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed00")]
    [InlineData("0x0000000000000000000000000000000000000000")]
    public void CryptoAddress(string marked) => MarkedText.Check(DataKind.CryptoAddress, marked);
}
