using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Platform.Redis.Idempotency;

/// <summary>Looks at the body of a request before its handler does, and leaves it to be read.</summary>
internal static class RequestFingerprint
{
    public static ValueTask WriteAsync(HttpContext context, IdempotencyDigests digests, int mostBytes, Memory<byte> fingerprint)
    {
        var request = context.Request;
        if (mostBytes == 0 || request.ContentLength == 0 || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            digests.Fingerprint(request, ReadOnlySequence<byte>.Empty, isWhole: mostBytes > 0, fingerprint.Span);
            return ValueTask.CompletedTask;
        }

        return ReadAsync(context, digests, mostBytes, fingerprint);
    }

    private static async ValueTask ReadAsync(HttpContext context, IdempotencyDigests digests, int mostBytes, Memory<byte> fingerprint)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            var body = read.Buffer;
            if (body.Length > mostBytes || read.IsCompleted)
            {
                // Nothing is consumed: the handler reads it again.
                var isWhole = body.Length <= mostBytes;
                digests.Fingerprint(context.Request, isWhole ? body : body.Slice(0, mostBytes), isWhole, fingerprint.Span);
                reader.AdvanceTo(body.Start, body.End);
                break;
            }

            reader.AdvanceTo(body.Start, body.End);
        }

        // A server's own reader and stream read from one place. A reader that was made around a stream has taken from it what it holds.
        if (reader.GetType().Assembly == typeof(PipeReader).Assembly)
        {
            context.Request.Body = reader.AsStream(leaveOpen: true);
        }
    }
}
