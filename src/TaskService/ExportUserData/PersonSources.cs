using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Contracts.People;
using Platform.Redis;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.PersonalData;
using Platform.ServiceDefaults.Problems;
using TaskService.Remote;
using Platform.Tasks.Handlers;

namespace TaskService.ExportUserData;

/// <summary>All services that keep something about people: the others over HTTP, this one itself.</summary>
internal sealed class PersonSources(
    IEnumerable<PeopleClient> others, IEnumerable<IPersonalData> own, RemotePatience patience, TimeProvider time, IOptions<ExportUserDataOptions> options)
{
    private readonly Dictionary<string, PeopleClient> _others = others.ToDictionary(other => other.Service, StringComparer.Ordinal);

    public static IReadOnlyList<string> Others { get; } = [ServiceNames.Users, ServiceNames.Notifications, ServiceNames.Privacy];

    public static IReadOnlyList<string> All { get; } = [.. Others, ServiceNames.Tasks];

    /// <summary>What one service keeps, to the last record: whoever enumerates it has all, or an exception.</summary>
    /// <exception cref="TaskFailedException">The person was erased.</exception>
    /// <exception cref="TaskRetryException">The service is away, or stopped in the middle.</exception>
    public async IAsyncEnumerable<PersonalRecord> ReadAsync(string service, string userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var registration = silence.Token.Register(listening.Cancel);
        await using var records = (await OpenAsync(service, userId, listening.Token)).GetAsyncEnumerator(listening.Token);
        while (true)
        {
            silence.CancelAfter(options.Value.Silence);
            PersonalRecord record;
            try
            {
                if (!await records.MoveNextAsync())
                {
                    yield break;
                }

                record = records.Current;
            }
            catch (Exception exception) when (
                exception is JsonException or RedisUnavailableException || exception.IsAbsence(cancellationToken))
            {
                throw ExportFailures.Unavailable(service, exception);
            }

            // Whoever writes it down may take as long as Redis does.
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
            yield return record;
        }
    }

    private async Task<IAsyncEnumerable<PersonalRecord>> OpenAsync(string service, string userId, CancellationToken cancellationToken)
    {
        try
        {
            return service == ServiceNames.Tasks
                ? await own.ExportAsync(userId, cancellationToken)
                : await patience.CallAsync(service, $"{service}_unavailable", () => _others[service].ExportAsync(userId, cancellationToken), cancellationToken);
        }
        catch (RedisUnavailableException exception)
        {
            throw ExportFailures.Unavailable(service, exception);
        }
        catch (ProblemException exception) when (exception.Status == StatusCodes.Status410Gone)
        {
            throw ExportFailures.PersonErased();
        }
        catch (RemoteCallException exception)
        {
            throw exception.Code == "person_erased" ? ExportFailures.PersonErased() : new TaskFailedException(exception.Code, exception.Message, exception);
        }
    }
}
