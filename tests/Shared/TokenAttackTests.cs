using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using Platform.TestKit;
using Platform.TestKit.Tokens;

namespace Shared;

/// <summary>Compiled into the tests of every service, each of which must refuse every attack of <see cref="TokenAttacks"/>.</summary>
public abstract class TokenAttackTests(AttackedService service)
{
    private const string Refusal = "1003 ";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Attacks => [.. TokenAttacks.All.Keys];

    public static TheoryData<string> HarmlessTokens => [.. TokenAttacks.Harmless.Keys];

    [Theory]
    [MemberData(nameof(HarmlessTokens))]
    public async Task Token_UnusualButWithinTheRules_IsAccepted(string name) =>
        Assert.Equal(service.AcceptedStatus, StatusOf(await SendAsync(TokenAttacks.Harmless[name](service.Forge))));

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Token_Forged_IsRefusedAndNotLogged(string name)
    {
        var headers = TokenAttacks.All[name](service.Forge);
        var logged = service.Log.Count;
        var started = Stopwatch.GetTimestamp();

        var answer = await SendAsync(headers);

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Longest);
        var status = StatusOf(answer);
        if (status is 400 or 431)
        {
            // Kestrel's answer to a request that is no HTTP, or has too large a head. The service has not seen it.
            Assert.True(IsNoHttp(headers), $"{name}: {answer}");
        }
        else
        {
            Assert.True(status == 401, $"{name}: {answer}");
            Assert.Contains("\r\nWWW-Authenticate: Bearer", answer, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        }

        var lines = service.Log.Skip(logged).ToArray();
        Assert.Equal(answer.Contains("invalid_token", StringComparison.Ordinal), lines.Any(line => line.StartsWith(Refusal, StringComparison.Ordinal)));
        foreach (var secret in headers.SelectMany(header => header.Split(' ', '.', ',')).Where(part => part.Length > 20))
        {
            Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(secret, answer, StringComparison.Ordinal);
        }

        Assert.False(service.FetchedAttackersKey, $"{name}: the service asked an attacker for keys.");
    }

    /// <summary>
    /// Whoever has a token can make another of it without the key (ECDSA: s and n − s are both good). It says the same, so what ended one ended
    /// the other, seen before or not.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Token_RevokedAndItsSignatureMirrored_StaysRefused(bool seenBefore)
    {
        using var forge = await service.NewForgeAsync();
        var token = forge.Token();
        var mirrored = TokenForge.Alter(token, 2, signature => TokenForge.Encode(TokenForge.Mirror(Base64Url.DecodeFromChars(signature))));
        Assert.NotEqual(token, mirrored);
        foreach (var good in seenBefore ? (string[])[token, mirrored] : [token])
        {
            Assert.Equal(service.AcceptedStatus, StatusOf(await SendAsync(["Bearer " + good])));
        }

        await service.RevokeSessionAsync(forge.SessionId);

        await Eventually.TrueAsync(async () => StatusOf(await SendAsync(["Bearer " + token])) == 401, TimeSpan.FromSeconds(20), "the revocation arrives");
        var answer = await SendAsync(["Bearer " + mirrored]);
        Assert.Equal(401, StatusOf(answer));
        Assert.Contains("The token was revoked", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_FloodOfUnknownKeys_LoadsTheKeysAtMostOncePerHalfMinute()
    {
        Assert.Equal(service.AcceptedStatus, StatusOf(await SendAsync(TokenAttacks.Harmless["as issued"](service.Forge))));
        var before = service.KeySetLoads;
        var started = Stopwatch.GetTimestamp();

        await Parallel.ForAsync(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
        {
            var token = service.Forge.Token(header => header["kid"] = $"unknown-{number}", sign: service.Forge.WithForeignKey);
            Assert.Equal(401, StatusOf(await SendAsync(["Bearer " + token])));
        });

        var halfMinutes = (int)(Stopwatch.GetElapsedTime(started) / TimeSpan.FromSeconds(30));
        Assert.InRange(service.KeySetLoads - before, 0, 1 + halfMinutes);
    }

    private static bool IsNoHttp(string[] headers) =>
        headers.Sum(header => header.Length) > 30 * 1024 || headers.Any(header => header.Any(letter => letter is < ' ' and not '\t' or >= '\x7f'));

    private static int StatusOf(string answer) =>
        answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;

    private Task<string> SendAsync(string[] headers) =>
        RawRequest.GetAsync(service.Address, service.Path, headers, TestContext.Current.CancellationToken);
}
