using System.Text.Json;
using Platform.ServiceDefaults.Http;

namespace TaskService.PseudonymizeRecords;

/// <summary>What became of the records.</summary>
/// <param name="Records">How many were read.</param>
/// <param name="Replaced">How many values were replaced.</param>
/// <param name="Rejected">How many records are not in the result because they could not be read.</param>
/// <param name="Errors">Why, for the first hundred.</param>
internal sealed record RecordsOutcome(long Records, long Replaced, long Rejected, IReadOnlyList<RecordError> Errors)
{
    private const int MostErrors = 100;

    public static readonly RecordsOutcome Empty = new(0, 0, 0, []);

    /// <summary>Goes on from what an earlier attempt kept with its last chunk.</summary>
    public static RecordsOutcome Resume(string? json) =>
        json is null ? Empty : JsonSerializer.Deserialize<RecordsOutcome>(json, JsonDefaults.Options) ?? Empty;

    public RecordsOutcome Add(RecordsResult result) => new(
        Records + result.Records, Replaced + result.Replaced, Rejected + result.Errors.Count,
        [.. Errors, .. result.Errors.OrderBy(error => error.Line).Take(MostErrors - Errors.Count)]);
}

/// <summary>Why a record was rejected: its line in the file and the reason, never its content.</summary>
internal sealed record RecordError(long Line, string Code, string Message);

/// <summary>A chunk after its turn.</summary>
/// <param name="Errors">One for each record that is not in the output.</param>
internal sealed record RecordsResult(ReadOnlyMemory<byte> Output, int Records, long Replaced, IReadOnlyList<RecordError> Errors);
