using System.IO.Pipelines;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Platform.ServiceDefaults.Problems;
using TaskService.Inputs;

namespace TaskService.Tasks;

/// <summary>A file of records in a form: one part is the file, read as it comes; the others, before or after it, are options.</summary>
internal static class MultipartRecords
{
    /// <summary>What boundaries and options may add to the size of the file.</summary>
    public const long Overhead = 1024 * 1024;

    private const int LongestBoundary = 70;
    private const int LongestOption = 4 * 1024;
    private const int MostOptions = 200;

    /// <returns>Null when the content is not a form; empty when it is one, but without a usable boundary.</returns>
    public static string? Boundary(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var media)
            || !media.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var boundary = HeaderUtilities.RemoveQuotes(media.Boundary).Value ?? "";
        return boundary.Length <= LongestBoundary ? boundary : "";
    }

    public static async Task<(StoredInput Input, byte[] Hash)> ReadAsync(
        string boundary, Stream body, TaskOptionsReader given, Func<PipeReader, RecordFormat, Task<(StoredInput Input, byte[] Hash)>> write,
        CancellationToken cancellationToken)
    {
        if (boundary.Length == 0)
        {
            throw Malformed("Name the boundary in Content-Type, at most 70 characters.");
        }

        try
        {
            return await ReadPartsAsync(new MultipartReader(boundary, body), given, write, cancellationToken);
        }
        catch (Exception exception) when (
            exception is InvalidDataException or (IOException and not BadHttpRequestException) && !cancellationToken.IsCancellationRequested)
        {
            throw Malformed("The form ends early, or a part of it has no valid header.");
        }
    }

    private static async Task<(StoredInput Input, byte[] Hash)> ReadPartsAsync(
        MultipartReader form, TaskOptionsReader given, Func<PipeReader, RecordFormat, Task<(StoredInput Input, byte[] Hash)>> write,
        CancellationToken cancellationToken)
    {
        (StoredInput Input, byte[] Hash)? file = null;
        for (var parts = 0; await form.ReadNextSectionAsync(cancellationToken) is { } part; parts++)
        {
            if (parts > MostOptions)
            {
                throw Malformed($"Send at most {MostOptions} parts.");
            }

            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)
                || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase))
            {
                throw Malformed("Each part needs Content-Disposition: form-data with a name.");
            }

            var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            var fileName = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
            if (name != "file" && string.IsNullOrEmpty(fileName))
            {
                given.Add(name, await ReadOptionAsync(part.Body, cancellationToken));
                continue;
            }

            if (file is not null)
            {
                throw Malformed("Send one file.");
            }

            var format = RecordFormats.FromMediaType(part.ContentType) ?? RecordFormats.FromFileName(fileName) ?? throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Unsupported media type of the file",
                $"Give the part of the file Content-Type {RecordFormats.Accepted}, or a name that ends in .ndjson, .jsonl or .csv.");
            file = await write(PipeReader.Create(part.Body, new StreamPipeReaderOptions(bufferSize: 64 * 1024)), format);
        }

        return file ?? throw Malformed("Add a part named file with the records.");
    }

    private static async Task<string> ReadOptionAsync(Stream part, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(part);
        var buffer = new char[LongestOption + 1];
        var length = await reader.ReadBlockAsync(buffer, cancellationToken);
        return length <= LongestOption ? new string(buffer, 0, length) : throw Malformed($"An option has at most {LongestOption} characters.");
    }

    private static ProblemException Malformed(string detail) => new(
        StatusCodes.Status400BadRequest, "invalid_form", "The form cannot be read", detail);
}
