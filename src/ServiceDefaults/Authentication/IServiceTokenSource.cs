namespace Platform.ServiceDefaults.Authentication;

/// <summary>Where this service's own access tokens come from.</summary>
public interface IServiceTokenSource
{
    /// <summary>A new token.</summary>
    /// <param name="scopes">What it is to allow, words with spaces between.</param>
    Task<IssuedServiceToken> IssueAsync(string scopes);
}

/// <summary>A token, and how long it is good for.</summary>
public sealed record IssuedServiceToken(string AccessToken, TimeSpan Lifetime);
