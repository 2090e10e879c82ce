using Microsoft.Net.Http.Headers;

namespace TaskService.Inputs;

internal enum RecordFormat
{
    /// <summary>A JSON object per line.</summary>
    NdJson,

    /// <summary>RFC 4180 with a header.</summary>
    Csv,
}

internal static class RecordFormats
{
    public const string Accepted = "application/x-ndjson or text/csv";

    public static string MediaType(this RecordFormat format) => format == RecordFormat.Csv ? "text/csv" : "application/x-ndjson";

    public static string Extension(this RecordFormat format) => format == RecordFormat.Csv ? "csv" : "ndjson";

    public static RecordFormat? FromMediaType(string? contentType) =>
        !MediaTypeHeaderValue.TryParse(contentType, out var media) ? null : media.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/x-ndjson" or "application/ndjson" or "application/jsonl" or "application/x-jsonlines" => RecordFormat.NdJson,
            "text/csv" => RecordFormat.Csv,
            _ => null,
        };

    public static RecordFormat? FromFileName(string? name) => Path.GetExtension(name)?.ToLowerInvariant() switch
    {
        ".ndjson" or ".jsonl" => RecordFormat.NdJson,
        ".csv" => RecordFormat.Csv,
        _ => null,
    };
}
