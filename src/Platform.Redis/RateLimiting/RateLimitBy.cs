namespace Platform.Redis.RateLimiting;

/// <summary>Who is counted. Values combine: <c>User | Endpoint</c> counts each user at each endpoint.</summary>
[Flags]
public enum RateLimitBy
{
    /// <summary>Everybody together.</summary>
    Nobody = 0,

    /// <summary>The user (claim <c>sub</c>); whoever is not signed in, by address.</summary>
    User = 1,

    /// <summary>The client (claim <c>client_id</c>); whoever has none, by address.</summary>
    Client = 2,

    /// <summary>
    /// The address that the connection has after forwarded headers of known proxies were applied; of an IPv6 address the first 64 bits,
    /// which one customer has.
    /// </summary>
    Address = 4,

    /// <summary>The endpoint: its method and route.</summary>
    Endpoint = 8,
}
