using Microsoft.IdentityModel.Tokens;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>Says in a challenge what is wrong with a token, in words that come from here or have passed through here.</summary>
internal static class TokenErrors
{
    public static string Describe(Exception failure)
    {
        IEnumerable<Exception> failures = failure is AggregateException aggregate ? aggregate.InnerExceptions : [failure];
        return string.Join("; ", failures.Select(DescribeOne).OfType<string>());
    }

    // From the most to the least specific: some derive from others.
    private static string? DescribeOne(Exception failure) => failure switch
    {
        SecurityTokenInvalidAudienceException audience => $"The audience '{Safe(audience.InvalidAudience)}' is invalid",
        SecurityTokenInvalidIssuerException issuer => $"The issuer '{Safe(issuer.InvalidIssuer)}' is invalid",
        SecurityTokenNoExpirationException => "The token has no expiration",
        SecurityTokenInvalidLifetimeException lifetime =>
            $"The token lifetime is invalid; NotBefore: '{Safe(lifetime.NotBefore)}', Expires: '{Safe(lifetime.Expires)}'",
        SecurityTokenNotYetValidException early => $"The token is not valid before '{Safe(early.NotBefore)}'",
        SecurityTokenExpiredException expired => $"The token expired at '{Safe(expired.Expires)}'",
        SecurityTokenSignatureKeyNotFoundException => "The signature key was not found",
        SecurityTokenInvalidSignatureException => "The signature is invalid",
        _ => null,
    };

    private static string Safe(DateTime? moment) => moment?.ToString("MM/dd/yyyy HH:mm:ss") ?? "(null)";

    /// <summary>What the token says goes into a quoted string of a header: quotes and control characters would break out of it.</summary>
    private static string Safe(string? text)
    {
        const int longest = 256;
        if (text is null)
        {
            return "(null)";
        }

        var start = text.Length > longest ? text[..longest] : text;
        return string.Create(start.Length, start, static (span, source) =>
        {
            for (var index = 0; index < span.Length; index++)
            {
                span[index] = source[index] is >= ' ' and <= '~' and not ('"' or '\\') ? source[index] : '?';
            }
        });
    }
}
