using System.Net;
using Platform.Contracts;
using Polly;

namespace Platform.ServiceDefaults.Http;

/// <summary>What the failure of a call to another service means to whoever can repeat it.</summary>
public static class RemoteFailures
{
    /// <summary>The same request would be refused again. A token that is not accepted is for the operator to mend, and may be any moment.</summary>
    public static bool IsRefusal(this RemoteCallException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return !exception.IsTransient && exception.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
    }

    /// <summary>The service did not do it now: it is away, or refuses for the time being, or the resilience pipeline did.</summary>
    public static bool IsAbsence(this Exception exception, CancellationToken cancellationToken) =>
        exception is RemoteCallException or HttpRequestException or IOException or ExecutionRejectedException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
