using System.Net;

namespace Platform.Contracts;

/// <summary>
/// Another service answered with an error. <see cref="Code"/> and <see cref="Exception.Message"/> come from its problem detail
/// (RFC 9457), never from a body of another kind.
/// </summary>
public sealed class RemoteCallException : Exception
{
    public RemoteCallException(string service, HttpStatusCode status, string code, string? detail, TimeSpan? retryAfter, string? ticket = null)
        : base($"{service} answered {(int)status} ({code}){(detail is null ? "" : ": " + detail)}")
    {
        Service = service;
        Status = status;
        Code = code;
        Detail = detail;
        RetryAfter = retryAfter;
        Ticket = ticket;
    }

    /// <summary>The service that was called.</summary>
    public string Service { get; }

    public HttpStatusCode Status { get; }

    /// <summary>The problem's stable code, or <c>http_&lt;status&gt;</c> when the answer was not a problem detail.</summary>
    public string Code { get; }

    /// <summary>What the problem says there is to do; null when the answer was not a problem detail.</summary>
    public string? Detail { get; }

    /// <summary>What the problem gives to go on with; a secret, so never part of the message.</summary>
    public string? Ticket { get; }

    /// <summary>When the service asked to be called again.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the same request may succeed later: 408, 429 and everything from 500 up.</summary>
    public bool IsTransient => Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)Status >= 500;
}
