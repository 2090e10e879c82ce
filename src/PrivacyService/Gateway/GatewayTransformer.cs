using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using HeaderNames = Microsoft.Net.Http.Headers.HeaderNames;
using PrivacyService.Gateway.Streams;
using PrivacyService.Masking;
using Yarp.ReverseProxy.Forwarder;

namespace PrivacyService.Gateway;

/// <summary>Forwards a request whose body is masked already, and puts originals back into the answer as it comes. For one call.</summary>
internal sealed class GatewayTransformer(Uri target, MaskedValues values) : HttpTransformer
{
    private const int LongestAnswer = 32 * 1024 * 1024;

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        foreach (var name in GatewayHeaders.NotForwarded)
        {
            proxyRequest.Headers.Remove(name);
        }

        if (httpContext.UpstreamAuthorization() is { Count: > 0 } authorization)
        {
            proxyRequest.Headers.TryAddWithoutValidation(HeaderNames.Authorization, (IEnumerable<string?>)authorization);
        }

        proxyRequest.Headers.Host = null;
        proxyRequest.RequestUri = target;
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        }

        KeepWhatIsTheUpstreams(proxyResponse.Headers);
        KeepWhatIsTheUpstreams(proxyResponse.Content.Headers);
        var isProxied = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        var response = httpContext.Response;
        var media = proxyResponse.Content.Headers.ContentType?.MediaType ?? "";
        var isJson = media is MediaTypeNames.Application.Json || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
        if (!isJson && !media.StartsWith("text/", StringComparison.OrdinalIgnoreCase))
        {
            // Masks are text: there are none to turn back in what is not.
            return isProxied;
        }

        // Originals are shorter or longer than their masks.
        response.ContentLength = null;
        await using var answer = await proxyResponse.Content.ReadAsStreamAsync(cancellationToken);
        if (isJson)
        {
            await RestoreJsonAsync(answer, response, cancellationToken);
        }
        else if (media == MediaTypeNames.Text.EventStream)
        {
            await RestoreEventsAsync(answer, response.BodyWriter, cancellationToken);
        }
        else
        {
            await RestoreTextAsync(answer, response.BodyWriter, cancellationToken);
        }

        return false;
    }

    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        KeepWhatIsTheUpstreams(proxyResponse.TrailingHeaders);
        return base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
    }

    private static void KeepWhatIsTheUpstreams(HttpHeaders headers)
    {
        foreach (var name in headers.NonValidated.Select(header => header.Key).Where(name => !GatewayHeaders.IsReturned(name)).ToArray())
        {
            headers.Remove(name);
        }
    }

    private async Task RestoreJsonAsync(Stream answer, HttpResponse response, CancellationToken cancellationToken)
    {
        var json = new ArrayBufferWriter<byte>(64 * 1024);
        while (await answer.ReadAsync(json.GetMemory(16 * 1024), cancellationToken) is > 0 and var read)
        {
            json.Advance(read);
            if (json.WrittenCount > LongestAnswer)
            {
                throw GatewayProblems.AnswerTooLarge();
            }
        }

        var restored = new ArrayBufferWriter<byte>(json.WrittenCount + 1024);
        try
        {
            await new AnswerRestorer(values).RestoreAsync(json.WrittenMemory, restored, cancellationToken);
        }
        catch (JsonException)
        {
            // Not what it says it is. It goes on as it came: masks stay masks.
            restored = json;
        }

        response.Headers[GatewayApi.RestoredHeader] = values.Restored.ToString(CultureInfo.InvariantCulture);
        response.Headers[GatewayApi.MissingHeader] = values.Missing.ToString(CultureInfo.InvariantCulture);
        response.ContentLength = restored.WrittenCount;
        await response.Body.WriteAsync(restored.WrittenMemory, cancellationToken);
    }

    private async Task RestoreEventsAsync(Stream answer, PipeWriter output, CancellationToken cancellationToken)
    {
        var restorer = new AnswerRestorer(values);
        await foreach (var block in SseReader.ReadAsync(answer, cancellationToken))
        {
            await restorer.RestoreAsync(block, output, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }

        await restorer.FinishAsync(output, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    private async Task RestoreTextAsync(Stream answer, PipeWriter output, CancellationToken cancellationToken)
    {
        var restorer = new StreamRestorer(values, insideJson: false);
        var piece = new byte[16 * 1024];
        while (await answer.ReadAsync(piece, cancellationToken) is > 0 and var read)
        {
            await restorer.WriteAsync(piece.AsMemory(0, read), output, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }

        await restorer.FinishAsync(output, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }
}
