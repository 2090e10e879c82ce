using System.Net.Http.Headers;
using System.Text;

namespace UserService.Clients;

/// <summary>How a client proved who it is: by Basic authentication or in the form (RFC 6749, section 2.3.1).</summary>
internal readonly record struct ClientCredentials(string ClientId, string Secret)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Keeps the secret out of whatever prints records.</summary>
    public override string ToString() => ClientId;

    /// <returns>Null when the header is not Basic with an id and a secret.</returns>
    public static ClientCredentials? FromBasic(string header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var value)
            || !string.Equals(value.Scheme, "Basic", StringComparison.OrdinalIgnoreCase) || value.Parameter is not { } parameter)
        {
            return null;
        }

        try
        {
            // Id and secret are form-encoded before they are joined, so that either may hold a colon.
            var pair = Utf8.GetString(Convert.FromBase64String(parameter));
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 ? new ClientCredentials(Decode(pair[..colon]), Decode(pair[(colon + 1)..])) : null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
