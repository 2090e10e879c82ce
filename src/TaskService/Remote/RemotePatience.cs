using System.Diagnostics;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Redis.Consumers;
using Platform.ServiceDefaults.Http;
using Platform.Tasks;
using Platform.Tasks.Handlers;

namespace TaskService.Remote;

/// <summary>Calls other services, and waits a while when one is away: the attempt keeps its task meanwhile, and what it has done.</summary>
internal sealed class RemotePatience(TimeProvider time, IOptions<TasksOptions> options, ILogger<RemotePatience> logger)
{
    private static readonly TimeSpan BaseDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);

    /// <param name="service">Who is called, as people know it.</param>
    /// <param name="code">For a task that has to be tried again because the service does not answer.</param>
    /// <param name="call">The call, which must bear to be repeated.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RemoteCallException">The service refuses, and would refuse again.</exception>
    /// <exception cref="TaskRetryException">The service did not answer for a while.</exception>
    public async Task<T> CallAsync<T>(string service, string code, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan? retryAfter;
            Exception failure;
            try
            {
                return await call();
            }
            catch (RemoteCallException exception) when (!exception.IsRefusal())
            {
                (failure, retryAfter) = (exception, exception.RetryAfter);
            }
            catch (Exception exception) when (exception is not RemoteCallException && exception.IsAbsence(cancellationToken))
            {
                (failure, retryAfter) = (exception, null);
            }

            var delay = Backoff.Delay(attempt, BaseDelay, MaxDelay, Random.Shared.NextDouble());
            delay = retryAfter > delay ? retryAfter.Value : delay;
            if (time.GetElapsedTime(started) + delay > options.Value.DependencyPatience)
            {
                throw new TaskRetryException(code, $"{service} did not answer for a while.", retryAfter: null, failure);
            }

            if (attempt == 1)
            {
                logger.ServiceAwaited(service, Activity.Current?.GetTagItem("platform.task.id") as string, failure.GetType().Name);
            }

            await Task.Delay(delay, time, cancellationToken);
        }
    }
}
