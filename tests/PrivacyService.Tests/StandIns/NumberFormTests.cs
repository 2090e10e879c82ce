using System.Security.Cryptography;
using PrivacyService.Detection;
using PrivacyService.Detection.Recognisers;
using PrivacyService.StandIns;
using PrivacyService.Tests.Detection;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Tests.StandIns;

public sealed class NumberFormTests
{
    [Fact]
    public void Ranges_OfAllForms_ShareNoNumber()
    {
        var numbers = NumberForms.Ranges.SelectMany(range => Enumerable.Range(0, range.Size).Select(index => range[index])).ToList();

        Assert.Equal(numbers.Count, numbers.Distinct().Count());
        Assert.Equal(NumberForms.Ranges.Count, NumberForms.Ranges.Select(range => range.Name).Distinct().Count());
        Assert.All(NumberForms.Ranges, range => Assert.All(Enumerable.Range(0, range.Size), index => Assert.Equal(index, range.IndexOf(range[index]))));
    }

    [Fact]
    public void Cards_All_AreFoundAsCardsOfTheirNetwork()
    {
        foreach (var range in new CardForm().Ranges)
        {
            for (var i = 0; i < range.Size; i++)
            {
                Assert.Equal(DataKind.Card, TypeOf(range[i]));
                Assert.True(PersonalTexts.PassesLuhn(range[i]));
                Assert.Equal(range.Name, $"card {Network(range[i])} {range[i].Length}");
            }
        }
    }

    [Theory]
    [InlineData("4929 1234 5678 9012")]
    [InlineData("371111-111111-114")]
    public void Cards_KeepTheirSeparators(string text)
    {
        var number = new CardForm().Read(text);

        // Without a right check digit it is a card no less, should somebody say that it is one.
        Assert.Equal(string.Concat(text.Where(char.IsAsciiDigit)), number!.Digits);
        Assert.Equal(Mask(text), Mask(number.With(number.Range[0])));
    }

    [Theory]
    [InlineData("+1 (415) 867-5309", "phone 1")]
    [InlineData("415.867.5309", "phone 1")]
    [InlineData("1-415-867-5309", "phone 1")]
    [InlineData("+44 20 7123 4567", "phone 44")]
    [InlineData("+44 (0)20 7123 4567", "phone 44")]
    [InlineData("0044 7911 123456", "phone 44 mobile")]
    [InlineData("07911123456", "phone 44 mobile")]
    [InlineData("06 12 34 56 78", "phone 33 mobile")]
    [InlineData("+33 1 42 68 53 00", "phone 33")]
    [InlineData("0412 345 678", "phone 61 mobile")]
    [InlineData("+61 2 9876 5432", "phone 61")]
    [InlineData("0171 1234567", "phone 49 mobile 10")]
    [InlineData("+49 152 12345678", "phone 49 mobile 11")]
    [InlineData("+49 30 12345678", "phone 49")]
    public void Phones_OfCountriesThatKeepSomeFree_GetThoseAsTheyAreWritten(string text, string range)
    {
        var number = new PhoneForm().Read(text)!;

        Assert.Equal(range, number.Range.Name);
        for (var i = 0; i < number.Range.Size; i += Math.Max(1, number.Range.Size / 100))
        {
            var standIn = number.With(number.Range[i]);
            Assert.Equal(Mask(text), Mask(standIn));
            Assert.Equal(DataKind.Phone, TypeOf(standIn));
            Assert.Equal(text, WrittenNumber.Replace(standIn, number.Digits));
        }
    }

    [Theory]
    [InlineData("+39 02 1234 5678")]
    [InlineData("030 1234567")]
    [InlineData("98765 43210")]
    [InlineData("+44 1234 56789")]
    public void Phones_OfOthers_GetAmericanOnes(string text)
    {
        var number = new PhoneForm().Read(text)!;

        Assert.Equal(("phone 1", null), (number.Range.Name, number.Digits));
        Assert.Matches(@"^\+1[2-9][0-9]{2}55501[0-9]{2}$", number.With(number.Range[0]));
        Assert.Equal(DataKind.Phone, TypeOf(number.With(number.Range[number.Range.Size - 1])));
    }

    [Theory]
    [InlineData("4929 1234 5678 901x")]
    [InlineData("9999 1234 5678 9012")]
    [InlineData("٤٩٢٩")]
    [InlineData("49")]
    public void Read_WhatIsNoCard_GivesNothing(string text) => Assert.Null(new CardForm().Read(text));

    [Theory]
    [InlineData("+1 415 867 5309 ext. 2")]
    [InlineData("+١٤١٥")]
    public void Read_WhatIsNoPhone_GivesNothing(string text) => Assert.Null(new PhoneForm().Read(text));

    [Fact]
    public void Claims_GivenOneAfterTheOther_ReachEveryNumberOfARangeOnce()
    {
        foreach (var scope in (string[])["subject", "conversation:1"])
        {
            using var keys = Keys(scope);
            foreach (var range in NumberForms.Ranges)
            {
                var claims = new StandInClaims(keys);
                var numbers = Enumerable.Range(0, range.Size).Select(i => new WrittenNumber($"{i}", range, Digits: null)).ToList();
                Assert.All(numbers, number => Assert.Null(claims.Find(number)));
                for (var i = 0; i < numbers.Count; i++)
                {
                    claims.Take(i, i);
                }

                Assert.Equal(range.Size, numbers.Select(claims.Find).Distinct().Count());
            }
        }
    }

    [Fact]
    public void Claims_OfANumberOfTheRangeItself_KeepAwayFromIt()
    {
        using var keys = Keys("subject");
        foreach (var range in NumberForms.Ranges)
        {
            var claims = new StandInClaims(keys);
            var numbers = Enumerable.Range(0, range.Size).Select(i => new WrittenNumber(range[i], range, range[i])).ToList();
            Assert.All(numbers, number => Assert.Null(claims.Find(number)));
            var wanted = claims.Wanted;
            for (var i = 0; i < numbers.Count; i++)
            {
                claims.Take(i, wanted[i].NotSlot);
            }

            Assert.All(numbers, number => Assert.Equal(number.Digits, claims.Find(number)));
        }
    }

    private static ScopeKeys Keys(string scope)
    {
        var master = MasterKeys.DeriveFrom("a sealing secret for tests");
        Assert.True(PseudonymScope.TryParse(scope, out var parsed));
        return new SubjectKey(master.Owner("usr_1"), SHA256.HashData("usr_1"u8), []).ForScope(parsed, master);
    }

    private static string? TypeOf(string text)
    {
        var findings = new List<Finding>();
        DetectionTesting.Engine.Find($"a number: {text}, mine", findings);
        return findings is [var only] && only.Length == text.Length ? only.Type : null;
    }

    private static string Network(string digits) => CardNetwork.Of([.. digits.Select(digit => (byte)(digit - '0'))])!.Name;

    private static string Mask(string text) => string.Concat(text.Select(character => char.IsAsciiDigit(character) ? '0' : character));
}
