namespace PrivacyService.Tests.Detection;

/// <summary>Text that is written to take long.</summary>
internal static class HostileText
{
    /// <summary>Near misses of every kind, to be repeated over and over, and what makes a recogniser look furthest or reckon most.</summary>
    public static readonly string[] Pieces =
    [
        "1", "9", "@", "a@", "@a", "a@b.", "a@b.c ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@", ".", "a.", "1.", "1.1.1.", "255.255.255.256 ",
        ":", "::", "1:", "ab:", "ffff:", "1::", "aa:bb:cc:dd:ee:", "://", "a://", "a://b:", "a://b:c", "a://b:c@", "-", "--", "-----", "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----AAAA ", "_", "a_", "ghp_", "sk_live_", "sk-", "xoxb-1-", "AKIA", "AIza", "SG.", "I", "eyJ", "eyJ.", " eyJ",
        " eyJabcdefghijk.", " eyJabcdefghijkl.eyJabcdefghijkl", "bearer ", "Bearer Bearer", "basic ", "authorization: basic ", "b", "password=", "password: ", "dob=", "date of birth: ",
        "=", "a=", "\":\"", "(", "(0", "(415) ", "+", "+1", "+1 ", "0049 ", "00", "01 ", "12 ", "123 ", "12 12 ", "200 200 ", "415-555-", "tel 4155552671x", "1234 ", "4111 ",
        "4111-1111-1111-111", "4111111111111111 ", "5500000000000005 ", "123-45-", "ssn 123 45 ", "DE89", "DE89 3704 ", "GB82WEST1234569876543", " 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        " 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLz", " 1111111111111111111114oLvT3", "bc1", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp ", "0x", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD ",
        "[", "{\"a\":[", "\\u0040", "０", "１２ ", "＠", "a\u0301@", "é", "電話1", "\0",
        "2024-", "2024-11-21T", "2024-11-21 ", "2024-11-21T04:42:21.123456789", "04:42:", "04:42:21 ",
    ];

    public static string Repeat(string piece, int length) => string.Concat(Enumerable.Repeat(piece, (length / piece.Length) + 1))[..length];
}
