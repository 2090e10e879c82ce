using System.Diagnostics;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Contracts.Privacy;
using Platform.Redis.Consumers;
using Platform.ServiceDefaults.Http;
using Platform.Tasks;
using Platform.Tasks.Handlers;

namespace TaskService.PseudonymizeRecords;

/// <summary>Calls PrivacyService, and waits a while when it is away: the attempt keeps its task meanwhile, and what it has done.</summary>
internal sealed class PatientPrivacyClient(
    PrivacyClient privacy, TimeProvider time, IOptions<TasksOptions> options, ILogger<PatientPrivacyClient> logger)
{
    /// <summary>The code with which PrivacyService refuses a line.</summary>
    public const string InvalidLine = "invalid_line";

    private static readonly TimeSpan BaseDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);

    public async Task<PseudonymizedLines> PseudonymizeAsync(
        ReadOnlyMemory<byte> lines, PseudonymizeLinesOptions how, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan? retryAfter;
            Exception failure;
            try
            {
                return await privacy.PseudonymizeLinesAsync(lines, how, cancellationToken);
            }
            catch (RemoteCallException exception) when (exception.IsRefusal())
            {
                throw exception.Code == InvalidLine ? exception : new TaskFailedException(exception.Code, exception.Message, exception);
            }
            catch (RemoteCallException exception)
            {
                (failure, retryAfter) = (exception, exception.RetryAfter);
            }
            catch (Exception exception) when (exception.IsAbsence(cancellationToken))
            {
                (failure, retryAfter) = (exception, null);
            }

            var delay = Backoff.Delay(attempt, BaseDelay, MaxDelay, Random.Shared.NextDouble());
            delay = retryAfter > delay ? retryAfter.Value : delay;
            if (time.GetElapsedTime(started) + delay > options.Value.DependencyPatience)
            {
                throw new TaskRetryException("privacy_unavailable", "PrivacyService did not answer for a while.", retryAfter: null, failure);
            }

            if (attempt == 1)
            {
                logger.PrivacyAwaited(Activity.Current?.GetTagItem("platform.task.id") as string, failure.GetType().Name);
            }

            await Task.Delay(delay, time, cancellationToken);
        }
    }
}
