namespace PrivacyService.Detection.Recognisers;

/// <summary>How a provider writes its keys, as its own documentation for secret scanning has it.</summary>
/// <param name="Prefix">What each begins with, in this letter case.</param>
/// <param name="Shortest">The fewest characters that follow.</param>
internal sealed record SecretToken(string Prefix, int Shortest, string Provider)
{
    private const int LongestWord = 6;
    private const int AsciiCharacters = 128;

    private static readonly SecretToken[] All =
    [
        new("ghp_", 36, "GitHub"), new("gho_", 36, "GitHub"), new("ghu_", 36, "GitHub"), new("ghs_", 36, "GitHub"), new("ghr_", 36, "GitHub"),
        new("github_pat_", 60, "GitHub"), new("glpat-", 20, "GitLab"), new("npm_", 36, "npm"), new("pypi-", 50, "PyPI"), new("hf_", 30, "Hugging Face"),
        new("sk_live_", 16, "Stripe"), new("sk_test_", 16, "Stripe"), new("rk_live_", 16, "Stripe"), new("rk_test_", 16, "Stripe"),
        new("whsec_", 24, "Stripe"), new("shpat_", 32, "Shopify"), new("shpss_", 32, "Shopify"), new("shppa_", 32, "Shopify"),
        new("dop_v1_", 64, "DigitalOcean"), new("lin_api_", 32, "Linear"), new("sk-proj-", 20, "OpenAI"), new("sk-ant-", 20, "Anthropic"), new("sk-", 40, "OpenAI"),
        new("xoxb-", 20, "Slack"), new("xoxp-", 20, "Slack"), new("xoxa-", 20, "Slack"), new("xoxr-", 20, "Slack"), new("xoxs-", 20, "Slack"),
        new("xapp-", 20, "Slack"), new("GOCSPX-", 24, "Google"),
    ];

    private static readonly SecretToken[]?[] ByWord = Index();

    public string Why { get; } = $"prefix and length of a key of {Provider}";

    /// <summary>The provider whose prefix begins at <paramref name="start"/>, given the word up to its first separator.</summary>
    public static SecretToken? Of(ReadOnlySpan<char> text, int start, int wordEnd)
    {
        var length = wordEnd - start;
        if (length is 0 or > LongestWord || text[start] >= AsciiCharacters || ByWord[(length * AsciiCharacters) + text[start]] is not { } candidates)
        {
            return null;
        }

        foreach (var candidate in candidates)
        {
            if (text[start..].StartsWith(candidate.Prefix, StringComparison.Ordinal))
            {
                return candidate;
            }
        }

        return null;
    }

    private static SecretToken[]?[] Index()
    {
        var byWord = new SecretToken[]?[(LongestWord + 1) * AsciiCharacters];
        foreach (var group in All.GroupBy(token => (token.Prefix.AsSpan().IndexOfAny('_', '-') * AsciiCharacters) + token.Prefix[0]))
        {
            byWord[group.Key] = [.. group];
        }

        return byWord;
    }
}
