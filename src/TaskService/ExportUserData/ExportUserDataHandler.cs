using Microsoft.Extensions.Options;
using Platform.Tasks.Handlers;
using TaskService.Results;

namespace TaskService.ExportUserData;

/// <summary>
/// Puts together all that Platform keeps about a person, as an archive for whoever submitted the task. Nothing of an attempt that does not succeed
/// is kept: each begins anew, so an archive is of one moment and whole, or not there.
/// </summary>
internal sealed class ExportUserDataHandler(
    PersonArchive archive, ExportNotes notes, ResultFiles results, IOptions<ExportUserDataOptions> options, ILogger<ExportUserDataHandler> logger)
    : ITaskHandler<ExportUserDataPayload>
{
    public const string Type = "export-user-data";

    public async Task<TaskOutcome> RunAsync(ExportUserDataPayload payload, TaskContext context, CancellationToken cancellationToken)
    {
        if (context.Owner.Length == 0)
        {
            throw new TaskFailedException("no_owner", "An export is for whoever submits it. Submit it; a schedule's has nobody who could fetch it.");
        }

        var userId = payload.UserId ?? context.Owner;
        await notes.NoteAsync(context, userId, cancellationToken);
        if (userId != context.Owner)
        {
            logger.AnotherExported(context.TaskId, context.Attempt);
        }

        await using var file = results.Create(context, new ResultFile("application/zip", $"export-{context.TaskId}.zip"), options.Value.MaxBytes);
        try
        {
            var files = await archive.WriteAsync(file, context.TaskId, userId, ReportAsync, cancellationToken);
            var sha256 = await file.CompleteAsync(cancellationToken);
            var records = files.Sum(one => one.Records);
            await context.ReportProgressAsync(
                PersonSources.All.Count, PersonSources.All.Count, $"{records} records of {PersonSources.All.Count} services", cancellationToken);
            return TaskOutcome.Of(new ExportOutcome(CountsOf(files), records, file.Length, sha256));
        }
        catch (Exception exception) when (exception is not DeliveryLostException && !cancellationToken.IsCancellationRequested)
        {
            await results.DiscardAsync(context, cancellationToken);
            throw;
        }

        Task ReportAsync(int done) =>
            context.ReportProgressAsync(done, PersonSources.All.Count, $"{PersonSources.All[done]} is asked", cancellationToken);
    }

    private static Dictionary<string, IReadOnlyDictionary<string, long>> CountsOf(IReadOnlyList<ExportedFile> files) => files
        .GroupBy(file => file.Service, StringComparer.Ordinal)
        .ToDictionary(
            service => service.Key, IReadOnlyDictionary<string, long> (service) => service.ToDictionary(file => file.Part, file => file.Records, StringComparer.Ordinal),
            StringComparer.Ordinal);
}
