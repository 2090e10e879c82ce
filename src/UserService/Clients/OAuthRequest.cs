using Microsoft.AspNetCore.Http.HttpResults;
using UserService.Http;

namespace UserService.Clients;

/// <summary>A form that a client sent, with what proves who it is (RFC 6749, sections 2.3 and 3.2).</summary>
internal sealed class OAuthRequest
{
    private static readonly string[] CredentialParameters = ["client_id", "client_secret"];

    private readonly IFormCollection _form;
    private readonly ClientCredentials? _credentials;

    private OAuthRequest(IFormCollection form, string authorization)
    {
        _form = form;
        var isBasic = IsBasic(authorization);
        IsBearer = authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);
        OffersCredentials = isBasic || form.ContainsKey("client_secret");
        _credentials = isBasic
            ? ClientCredentials.FromBasic(authorization)
            : new ClientCredentials(form["client_id"].ToString(), form["client_secret"].ToString());
    }

    private OAuthRequest(JsonHttpResult<OAuthErrorResponse> error) : this(FormCollection.Empty, "") => Error = error;

    /// <summary>The answer to a form that cannot be read; null for one that can.</summary>
    public JsonHttpResult<OAuthErrorResponse>? Error { get; }

    /// <summary>Whether the caller has an access token, rightly or not.</summary>
    public bool IsBearer { get; }

    /// <summary>Whether the request claims to come from a client, rightly or not.</summary>
    public bool OffersCredentials { get; }

    /// <summary>A parameter; empty where it is missing.</summary>
    public string this[string parameter] => _form[parameter].ToString();

    /// <param name="http">The request; its answer is kept out of every cache.</param>
    /// <param name="parameters">Those besides the credentials, for the words of the error.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<OAuthRequest> ReadAsync(HttpContext http, string[] parameters, CancellationToken cancellationToken)
    {
        http.Response.NoStore();
        if (http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return new(Refuse("invalid_request", "Send the parameters as application/x-www-form-urlencoded."));
        }

        IFormCollection form;
        try
        {
            form = await http.Request.ReadFormAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or BadHttpRequestException)
        {
            return exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
                ? new(Refuse("invalid_request", $"Send at most {BodyLimits.Json} bytes.", StatusCodes.Status413PayloadTooLarge))
                : new(Refuse("invalid_request", "The form cannot be read. Send fewer and shorter parameters."));
        }

        if (form.Any(parameter => parameter.Value.Count > 1))
        {
            var repeated = parameters.Concat(CredentialParameters).FirstOrDefault(name => form[name].Count > 1);
            return new(Refuse("invalid_request", $"Send {repeated ?? "each parameter"} once."));
        }

        var authorization = http.Request.Headers.Authorization.ToString();
        return IsBasic(authorization) && form.ContainsKey("client_secret")
            ? new(Refuse("invalid_request", "Send the client's credentials in one way only: Basic authentication or form."))
            : new(form, authorization);
    }

    /// <returns>Null when id or secret is wrong or missing.</returns>
    public AuthenticatedClient? Authenticate(ClientRegistry clients) =>
        _credentials is { } presented && clients.Authenticate(presented.ClientId, presented.Secret) is { } scopes
            ? new AuthenticatedClient(presented.ClientId, scopes)
            : null;

    /// <summary>For a client that did not prove who it is: with nothing, with half of what is needed, or with what is wrong.</summary>
    public JsonHttpResult<OAuthErrorResponse> InvalidClient(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"platform\", charset=\"UTF-8\"";
        var description = _credentials switch
        {
            null => "The Basic credentials cannot be read: send the form-encoded client id, a colon and the form-encoded secret, in base64.",
            { Secret.Length: 0 } => "The client's credentials are missing: send client_id and client_secret, in the form or by Basic authentication.",
            { ClientId.Length: 0 } => "The client_id is missing: send it beside client_secret.",
            _ => "The client id or secret is wrong.",
        };
        return Refuse("invalid_client", description, StatusCodes.Status401Unauthorized);
    }

    /// <summary>For a bearer token that is not good, or not good enough (RFC 6750, section 3).</summary>
    public static JsonHttpResult<OAuthErrorResponse> RefuseBearer(HttpContext http, int status, string error, string description)
    {
        http.Response.Headers.WWWAuthenticate = $"Bearer error=\"{error}\", error_description=\"{description}\"";
        return Refuse(error, description, status);
    }

    public static JsonHttpResult<OAuthErrorResponse> Refuse(string error, string description, int status = StatusCodes.Status400BadRequest) =>
        TypedResults.Json(new OAuthErrorResponse(error, description), statusCode: status);

    private static bool IsBasic(string authorization) => authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A client that proved who it is.</summary>
/// <param name="Scopes">What it may ask for.</param>
internal sealed record AuthenticatedClient(string Id, IReadOnlyList<string> Scopes);
