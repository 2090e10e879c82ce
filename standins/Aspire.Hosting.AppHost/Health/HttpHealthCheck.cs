using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>Healthy while the address answers with the expected status.</summary>
internal sealed class HttpHealthCheck(
    IHttpClientFactory clients,
    Func<CancellationToken, Task<Uri>> address,
    int expectedStatusCode) : IHealthCheck
{
    public const string ClientName = "Aspire.Hosting.HealthChecks";

    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(_timeout);
        try
        {
            using var client = clients.CreateClient(ClientName);
            var uri = await address(budget.Token).ConfigureAwait(false);
            using var response = await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, budget.Token).ConfigureAwait(false);
            return (int)response.StatusCode == expectedStatusCode
                ? HealthCheckResult.Healthy()
                : new HealthCheckResult(
                    context.Registration.FailureStatus,
                    $"{uri} answered {(int)response.StatusCode}, expected {expectedStatusCode}.");
        }
        catch (HttpRequestException exception)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, exception.Message, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(
                context.Registration.FailureStatus, $"No answer within {_timeout.TotalSeconds:0} s.", exception);
        }
    }
}
