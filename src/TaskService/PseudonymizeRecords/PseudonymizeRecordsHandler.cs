using System.Text;
using Platform.Contracts;
using Platform.Contracts.Privacy;
using Platform.Tasks.Handlers;
using TaskService.Inputs;
using TaskService.Results;

namespace TaskService.PseudonymizeRecords;

/// <summary>
/// Replaces personal data in a file of records, chunk by chunk and in order. The number of chunks in the result is where an attempt goes
/// on, so a record is in the result once, however often the task was delivered.
/// </summary>
internal sealed class PseudonymizeRecordsHandler(PatientPrivacyClient privacy, TaskRecords records) : ITaskHandler<PseudonymizeRecordsPayload>
{
    /// <summary>Chunks that are on their way at once; results are written in order.</summary>
    private const int Lookahead = 2;

    public async Task<TaskOutcome> RunAsync(PseudonymizeRecordsPayload payload, TaskContext context, CancellationToken cancellationToken)
    {
        var input = context.Task.Input ?? throw new TaskFailedException("no_records", "The task came without records. Submit a file with it.");
        var how = new PseudonymizeLinesOptions(context.Task.Owner, $"request:{context.Task.Id}", payload.Fields, payload.Detect);
        var next = await records.CountAsync(context, cancellationToken);
        var outcome = RecordsOutcome.Resume(next == 0 ? null : context.Task.Outcome);

        CsvHeader? header = null;
        if (input.Format == RecordFormat.Csv)
        {
            header = CsvHeader.Parse((await records.ReadAsync(context, 0, cancellationToken)).Bytes);
            if (next == 0)
            {
                await records.AppendAsync(context, next++, HeaderRow(header), TaskOutcome.Of(outcome), Progress(outcome, input), cancellationToken);
            }
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ahead = new Queue<Task<RecordsResult>>(Lookahead);
        try
        {
            for (var read = next; next < input.Chunks; next++)
            {
                for (; read < input.Chunks && ahead.Count < Lookahead; read++)
                {
                    ahead.Enqueue(ProcessAsync(context, read, how, header, ending.Token));
                }

                var result = await ahead.Dequeue();
                outcome = outcome.Add(result);
                await records.AppendAsync(context, next, result.Output, TaskOutcome.Of(outcome), Progress(outcome, input), cancellationToken);
            }
        }
        finally
        {
            // Whatever ended the loop, nothing of it goes on behind its back.
            await ending.CancelAsync();
            await Task.WhenAll(ahead).ContinueWith(static done => done.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        return TaskOutcome.Of(outcome);
    }

    private static TaskProgress Progress(RecordsOutcome outcome, StoredInput input) => new(
        outcome.Records, input.Records,
        $"{outcome.Records} of {input.Records} records, {outcome.Replaced} values replaced, {outcome.Rejected} rejected");

    private static byte[] HeaderRow(CsvHeader header)
    {
        var row = new StringBuilder();
        for (var i = 0; i < header.Columns.Count; i++)
        {
            CsvRecord.Write(i == 0 ? row : row.Append(','), header.Columns[i]);
        }

        return Encoding.UTF8.GetBytes(row.Append(header.LineEnd).ToString());
    }

    private async Task<RecordsResult> ProcessAsync(
        TaskContext context, int number, PseudonymizeLinesOptions how, CsvHeader? header, CancellationToken cancellationToken)
    {
        var batch = RecordBatch.Read(await records.ReadAsync(context, number, cancellationToken), header);
        var lines = new ReadOnlyMemory<byte>?[batch.Count];
        var refused = new List<RecordError>();
        var replaced = batch.Count == 0 ? 0 : await PseudonymizeAsync(batch, 0, batch.Count, how, lines, refused, cancellationToken);
        return new RecordsResult(RecordRenderer.Render(batch, lines, header), batch.Records, replaced, [.. batch.Errors, .. refused]);
    }

    /// <summary>Sends records together. When one of them is refused, halves are sent until it stands alone: the others are not lost for it.</summary>
    private async Task<long> PseudonymizeAsync(
        RecordBatch batch, int index, int count, PseudonymizeLinesOptions how, ReadOnlyMemory<byte>?[] lines, List<RecordError> refused,
        CancellationToken cancellationToken)
    {
        PseudonymizedLines answer;
        try
        {
            answer = await privacy.PseudonymizeAsync(batch.Json(index, count), how, cancellationToken);
        }
        catch (RemoteCallException exception) when (exception.Code == PatientPrivacyClient.InvalidLine)
        {
            if (count == 1)
            {
                refused.Add(new RecordError(batch.LineOf(index), "refused", "PrivacyService cannot read the record."));
                return 0;
            }

            return await PseudonymizeAsync(batch, index, count / 2, how, lines, refused, cancellationToken)
                + await PseudonymizeAsync(batch, index + (count / 2), count - (count / 2), how, lines, refused, cancellationToken);
        }

        var returned = 0;
        foreach (var line in RecordRenderer.Lines(answer.Lines))
        {
            if (returned == count)
            {
                throw new InvalidDataException("PrivacyService returned more lines than it was sent.");
            }

            lines[index + returned++] = line;
        }

        return returned == count ? answer.Replaced : throw new InvalidDataException("PrivacyService returned fewer lines than it was sent.");
    }
}
