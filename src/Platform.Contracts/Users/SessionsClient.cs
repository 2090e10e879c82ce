using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Platform.Contracts.Users;

/// <summary>
/// Signs people in at UserService, for a service with a page of its own. Needs no token. Attempts are counted by where people are, so each call says so: UserService
/// believes it of a proxy that it knows (<c>ForwardedHeaders:KnownNetworks</c>).
/// </summary>
public sealed class SessionsClient(HttpClient http)
{
    private const int LongestToken = 256;
    private const int LongestAgent = 512;

    /// <exception cref="RemoteCallException">
    /// The sign-in was refused, or is not possible now. The code <c>second_factor_required</c> comes with a <see cref="RemoteCallException.Ticket"/>.
    /// </exception>
    public Task<SessionTokens> SignInAsync(string name, string password, Visitor visitor, CancellationToken cancellationToken) => PostAsync(
        "/v1/auth/login",
        name.Contains('@', StringComparison.Ordinal) ? new { email = name, password } : new { userName = name, password },
        visitor, cancellationToken);

    /// <summary>Finishes a sign-in with a code of the authenticator app, or else with a recovery code.</summary>
    /// <exception cref="RemoteCallException">The code was refused, or the ticket is not valid (any more).</exception>
    public Task<SessionTokens> SignInAsync(string ticket, string? code, string? recoveryCode, Visitor visitor, CancellationToken cancellationToken) =>
        PostAsync("/v1/auth/login/second-factor", new { ticket, code, recoveryCode }, visitor, cancellationToken);

    /// <exception cref="RemoteCallException">With 401: the session has ended.</exception>
    public Task<SessionTokens> RefreshAsync(string refreshToken, Visitor visitor, CancellationToken cancellationToken) =>
        PostAsync("/v1/auth/refresh", new { refreshToken }, visitor, cancellationToken);

    /// <summary>Whether it is written as refresh tokens are; what it is worth, UserService knows.</summary>
    public static bool HasForm(string? refreshToken) =>
        refreshToken is { Length: > 3 and <= LongestToken } && refreshToken.StartsWith("rt_", StringComparison.Ordinal)
        && refreshToken.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>Ends the session of a refresh token (RFC 7009). One that has ended already is as good.</summary>
    /// <exception cref="RemoteCallException">The service is not able to now.</exception>
    public async Task EndAsync(string refreshToken, Visitor visitor, CancellationToken cancellationToken)
    {
        using var request = NewRequest("/oauth/revoke", visitor);
        request.Content = new FormUrlEncodedContent([new("token", refreshToken), new("token_type_hint", "refresh_token")]);
        using var response = await http.SendAsync(request, cancellationToken);
        await response.EnsureSuccessAsync(ServiceNames.Users, cancellationToken);
    }

    private async Task<SessionTokens> PostAsync(string path, object body, Visitor visitor, CancellationToken cancellationToken)
    {
        using var request = NewRequest(path, visitor);
        request.Content = JsonContent.Create(body, body.GetType(), options: JsonSerializerOptions.Web);
        using var response = await http.SendAsync(request, cancellationToken);
        await response.EnsureSuccessAsync(ServiceNames.Users, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<SessionTokens>(JsonSerializerOptions.Web, cancellationToken))!;
    }

    private static HttpRequestMessage NewRequest(string path, Visitor visitor)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (visitor.Address is { } address)
        {
            request.Headers.Add("X-Forwarded-For", address.ToString());
        }

        // Browsers may send what no header of ours can carry.
        var agent = string.Concat((visitor.UserAgent ?? "").Where(letter => letter is >= ' ' and <= '~').Take(LongestAgent)).Trim();
        if (agent.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
        }

        return request;
    }
}

/// <summary>Where somebody is who signs in.</summary>
/// <param name="Address">Of their end of the connection.</param>
/// <param name="UserAgent">By which they recognise the session in the list of theirs.</param>
public sealed record Visitor(IPAddress? Address, string? UserAgent);
