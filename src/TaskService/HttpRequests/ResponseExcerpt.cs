using System.Text;

namespace TaskService.HttpRequests;

/// <summary>The beginning of an answer, for whoever asked for it. No more than that is ever read, however much is sent, and nothing is unpacked.</summary>
internal static class ResponseExcerpt
{
    private const int Longest = 4 * 1024;

    /// <summary>What came before the receiver stalled or broke off is kept: its status has said already that the call was taken.</summary>
    public static async Task<(string? Text, bool? IsTruncated)> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (!IsText(content))
        {
            return (null, null);
        }

        var buffer = new byte[Longest + 1];
        var length = 0;
        var isWhole = false;
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            while (length < buffer.Length && !isWhole)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                length += read;
                isWhole = read == 0;
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            isWhole = false;
        }

        // A letter that the end cuts through is left out.
        var chars = new char[Longest + 1];
        var letters = Encoding.UTF8.GetDecoder().GetChars(buffer, 0, Math.Min(length, Longest), chars, 0, flush: isWhole);
        return (new string(chars, 0, letters), !isWhole);
    }

    private static bool IsText(HttpContent content) => content.Headers.ContentEncoding.Count == 0
        && content.Headers.ContentType?.MediaType is { } type
        && (type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.EndsWith("json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("xml", StringComparison.OrdinalIgnoreCase) || type.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase));
}
