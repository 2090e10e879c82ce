namespace TaskService.Inputs;

/// <summary>A file of records is not acceptable. The message says what to change and holds nothing of the file.</summary>
internal sealed class InputException(int status, string code, string title, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string Title { get; } = title;

    public static InputException TooLarge(long limit) => new(
        StatusCodes.Status413PayloadTooLarge, "file_too_large", "The file is too large",
        $"Send at most {limit / (1024 * 1024.0):0.##} MiB; split larger files.");

    public static InputException Empty(RecordFormat format, long bytes) => bytes == 0
        ? Bad("empty_body", "The file is empty", $"Send records as {RecordFormats.Accepted}.")
        : Bad("no_records", "The file holds no record",
            format == RecordFormat.Csv ? "Send at least one row after the header." : "Send at least one line with a JSON object.");

    public static InputException RecordTooLong(long line, RecordFormat format) => Bad(
        "record_too_long", "A record is too long",
        $"The record that begins at line {line} is longer than 1 MiB. "
        + (format == RecordFormat.Csv ? "Look for a quote that is not closed." : "End each record with a line feed."));

    public static InputException Header(string problem) => Bad("invalid_header", "The header of the CSV file is not usable", problem);

    public static InputException UnknownField(string field) => Bad(
        "unknown_field", "The file has no such column",
        $"The header has no column '{field}', so what was to be replaced would stay. Name columns as the header does, and separate columns with commas.");

    private static InputException Bad(string code, string title, string detail) => new(StatusCodes.Status400BadRequest, code, title, detail);
}
