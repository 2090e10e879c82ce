using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Platform.Tasks.Handlers;

namespace TaskService.HttpRequests;

/// <summary>
/// Calls another system, signed. The task's id is the call's in every attempt, so a receiver who was called before a worker died knows the call
/// again.
/// </summary>
internal sealed class HttpRequestHandler(HttpRequestCalls calls, HttpRequestTargets targets, TimeProvider time, IOptions<HttpRequestsOptions> options)
    : ITaskHandler<HttpRequestPayload>
{
    public const string Type = "http-request";

    /// <summary>Says whether a person asked for the call, or a service or a schedule.</summary>
    private const string OriginHeader = "platform-origin";

    private const int LongestContentType = 100;

    private readonly HttpRequestsOptions _options = options.Value;

    public async Task<TaskOutcome> RunAsync(HttpRequestPayload payload, TaskContext context, CancellationToken cancellationToken)
    {
        using var request = Prepare(payload, context);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(payload.Timeout ?? _options.Timeout);
        var started = time.GetTimestamp();
        using var response = await SendAsync(request, ending.Token, cancellationToken);
        var duration = time.GetElapsedTime(started);
        Activity.Current?.SetTag("http.response.status_code", (int)response.StatusCode);
        EnsureAccepted(response);

        var type = response.Content.Headers.ContentType?.MediaType;
        var outcome = new HttpRequestOutcome(
            (int)response.StatusCode, (long)duration.TotalMilliseconds, type?.Length > LongestContentType ? type[..LongestContentType] : type);
        if (payload.KeepResponse)
        {
            var (text, isTruncated) = await ResponseExcerpt.ReadAsync(response.Content, ending.Token);
            cancellationToken.ThrowIfCancellationRequested();
            outcome = outcome with { Response = text, ResponseTruncated = isTruncated };
        }

        return TaskOutcome.Of(outcome);
    }

    private HttpRequestMessage Prepare(HttpRequestPayload payload, TaskContext context)
    {
        // Other services enqueue such tasks too, and the configuration may have changed since.
        if (payload.Validate(new ValidationContext(payload)).FirstOrDefault() is { } fault)
        {
            throw new TaskFailedException("invalid_payload", fault.ErrorMessage!);
        }

        var url = new Uri(payload.Url);
        if (targets.FindFault(url) is { } refusal)
        {
            throw new TaskFailedException("url_refused", refusal);
        }

        if (_options.SigningSecrets.Count == 0)
        {
            throw new TaskFailedException("signing_unconfigured", "Calls cannot be signed: an operator has to set HttpRequests:SigningSecrets.");
        }

        var body = payload.BodyBytes();
        var request = new HttpRequestMessage(new HttpMethod(payload.Method), url)
        {
            Content = body is null ? null : new ByteArrayContent(body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Content?.Headers.TryAddWithoutValidation(HttpRequestHeaders.ContentType, payload.BodyType());
        request.Headers.TryAddWithoutValidation("User-Agent", "platform-taskservice");
        foreach (var (name, value) in payload.Headers)
        {
            var target = name.Equals(HttpRequestHeaders.ContentType, StringComparison.OrdinalIgnoreCase) ? request.Content?.Headers : (System.Net.Http.Headers.HttpHeaders)request.Headers;
            target?.Remove(name);
            target?.TryAddWithoutValidation(name, value);
        }

        var now = time.GetUtcNow();
        request.Headers.Add(WebhookSignature.IdHeader, context.TaskId);
        request.Headers.Add(WebhookSignature.TimestampHeader, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Compute(_options.SigningSecrets, context.TaskId, now, body));
        request.Headers.Add(OriginHeader, context.Owner.Length > 0 ? "person" : "service");
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } trace })
        {
            request.Headers.TryAddWithoutValidation("traceparent", trace);
        }

        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ending, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.SendAsync(request, ending);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AddressRefusedException refused)
        {
            throw new TaskFailedException("address_refused", refused.Message, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // The exception's own message tells hosts and addresses.
            var reason = exception is HttpRequestException { HttpRequestError: var error } ? error : HttpRequestError.Unknown;
            throw new TaskRetryException("not_reached", $"The receiver was not reached, or did not answer in HTTP ({reason}).", retryAfter: null, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TaskRetryException("timeout", "The receiver did not answer in time.", retryAfter: null, exception);
        }
    }

    private void EnsureAccepted(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        switch (status)
        {
            case >= 200 and < 300:
                return;
            case >= 300 and < 400:
                throw new TaskFailedException("redirect_refused", $"The receiver answered {status}: redirects are not followed. Set url to where it leads.");
            case 408 or 425 or 429 or >= 500:
                throw new TaskRetryException($"http_{status}", $"The receiver answered {status}.", RetryAfter(response));
            default:
                throw new TaskFailedException($"http_{status}", $"The receiver answered {status}.");
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - time.GetUtcNow() : null;
        return asked <= TimeSpan.Zero ? null : asked > _options.LongestRetryAfter ? _options.LongestRetryAfter : asked;
    }
}
