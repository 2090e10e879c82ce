using System.Buffers;
using Platform.ServiceDefaults.Problems;

namespace PrivacyService.Documents;

/// <summary>A body read whole, within a bound that holds on any server.</summary>
internal static class RequestBody
{
    private const int ReadSize = 64 * 1024;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }

        var body = new ArrayBufferWriter<byte>((int)(request.ContentLength ?? 0) + ReadSize);
        while (await request.Body.ReadAsync(body.GetMemory(ReadSize), cancellationToken) is > 0 and var read)
        {
            body.Advance(read);
            if (body.WrittenCount > limit)
            {
                throw TooLarge(limit);
            }
        }

        return body.WrittenMemory;
    }

    private static ProblemException TooLarge(int limit) => new(
        StatusCodes.Status413PayloadTooLarge, "body_too_large", "The request body is too large", $"Send at most {limit} bytes, or several bodies.");
}
