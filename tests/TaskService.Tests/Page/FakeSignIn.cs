using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;

namespace TaskService.Tests.Page;

/// <summary>UserService at the HTTP boundary, for those who sign in: its answers, its problems, its grace for a refresh that is repeated.</summary>
internal sealed class FakeSignIn(TokenIssuer issuer) : HttpMessageHandler
{
    public const string Password = "correct horse";
    public const string Code = "123456";

    private readonly ConcurrentDictionary<string, string> _tickets = new();
    private readonly ConcurrentDictionary<string, (string User, string[] Roles, Lazy<string> Successor)> _sessions = new();

    /// <summary>Whether it answers at all.</summary>
    public bool IsAway { get; set; }

    /// <summary>Refresh tokens whose sessions were ended.</summary>
    public ConcurrentQueue<string> Ended { get; } = new();

    /// <summary>From where people signed in and out, as it was told.</summary>
    public ConcurrentQueue<string> Addresses { get; } = new();

    public int Refreshes;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsAway)
        {
            throw new HttpRequestException("Connection refused.");
        }

        Addresses.Enqueue(string.Join(',', request.Headers.GetValues("X-Forwarded-For")));
        var path = request.RequestUri!.AbsolutePath;
        if (path == "/oauth/revoke")
        {
            var form = await request.Content!.ReadAsStringAsync(cancellationToken);
            var ended = form.Split('&')[0]["token=".Length..];
            Ended.Enqueue(ended);
            _sessions.TryRemove(ended, out _);
            return new HttpResponseMessage(HttpStatusCode.OK);
        }

        var body = await request.Content!.ReadFromJsonAsync<JsonElement>(cancellationToken);
        switch (path)
        {
            case "/v1/auth/login":
                var name = (body.TryGetProperty("email", out var email) ? email : body.GetProperty("userName")).GetString()!;
                if (body.GetProperty("password").GetString() != Password)
                {
                    return Problem(HttpStatusCode.Unauthorized, "invalid_credentials", "Check the e-mail address (or user name) and the password.");
                }

                if (!name.StartsWith("careful", StringComparison.Ordinal))
                {
                    return Start(name);
                }

                var ticket = $"ticket-{Guid.NewGuid():n}";
                _tickets[ticket] = name;
                return Problem(HttpStatusCode.Forbidden, "second_factor_required", "Send the ticket with a code.", ticket);
            case "/v1/auth/login/second-factor":
                return !_tickets.TryGetValue(body.GetProperty("ticket").GetString()!, out var owner) ? Problem(HttpStatusCode.Unauthorized, "invalid_ticket", "Begin again.")
                    : body.GetProperty("code").GetString() == Code ? Start(owner)
                    : Problem(HttpStatusCode.Unauthorized, "invalid_second_factor", "The code is wrong.");
            case "/v1/auth/refresh" when _sessions.TryGetValue(body.GetProperty("refreshToken").GetString()!, out var session):
                Interlocked.Increment(ref Refreshes);
                return Tokens(session.User, session.Roles, session.Successor.Value);
            default:
                return Problem(HttpStatusCode.Unauthorized, "invalid_refresh_token", "Sign in again.");
        }
    }

    private HttpResponseMessage Start(string name)
    {
        string[] roles = name.Contains("admin", StringComparison.Ordinal) ? ["admin"] : [];
        return Tokens("usr_" + name.Split('@')[0], roles, NewSession("usr_" + name.Split('@')[0], roles));
    }

    private string NewSession(string user, string[] roles)
    {
        var token = $"rt_{Guid.NewGuid():n}";
        _sessions[token] = (user, roles, new(() => NewSession(user, roles)));
        return token;
    }

    private HttpResponseMessage Tokens(string user, string[] roles, string refreshToken) => new(HttpStatusCode.OK)
    {
        Content = JsonContent.Create(new { accessToken = issuer.UserToken(user, roles), tokenType = "Bearer", expiresIn = 300, refreshToken, sessionId = "ses_" + user }),
    };

    private static HttpResponseMessage Problem(HttpStatusCode status, string code, string detail, string? ticket = null) => new(status)
    {
        Content = JsonContent.Create(new { status = (int)status, code, detail, ticket }, new MediaTypeHeaderValue("application/problem+json")),
    };
}
