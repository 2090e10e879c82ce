namespace Platform.ServiceDefaults.Authentication;

/// <summary>
/// A feature of requests that a service makes up to have a token checked that somebody asked about. That it is not good is the answer then; nobody tried to
/// get in with it, so the log does not say that it was refused.
/// </summary>
public sealed class TokenInQuestion;
