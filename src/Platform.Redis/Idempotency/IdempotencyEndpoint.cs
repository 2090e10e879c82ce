using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Platform.Redis.Idempotency;

/// <summary>Carries a request out once per key, and gives its answer again.</summary>
internal sealed class IdempotencyEndpoint(IdempotencyServices services, IdempotencyPolicy policy, RequestDelegate next)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    // A holder token need not be secret, only be nobody else's.
    private static readonly long Process = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));
    private static long _requests;

    private readonly IdempotencyStore _store = services.Store;
    private readonly IdempotencyOptions _options = policy.Options;

    public Task InvokeAsync(HttpContext context)
    {
        var header = context.Request.Headers[IdempotencyKey.HeaderName];
        return header.Count == 0 && !_options.Required ? next(context) : InvokeAsync(context, header);
    }

    private async Task InvokeAsync(HttpContext context, StringValues header)
    {
        if (_options.Caller(context.User) is not { } caller)
        {
            await RefuseAsync(context, IdempotencyProblem.Anonymous).ConfigureAwait(false);
            return;
        }

        if (!IdempotencyKey.TryParse(header, out var key))
        {
            await RefuseAsync(context, header.Count == 0 ? IdempotencyProblem.Missing : IdempotencyProblem.Invalid).ConfigureAwait(false);
            return;
        }

        var claim = IdempotencyRecord.NewClaim(Process, Interlocked.Increment(ref _requests), policy.Life);
        await RequestFingerprint.WriteAsync(
            context, services.Digests, _options.MaxFingerprintBytes, IdempotencyRecord.FingerprintOf(claim)).ConfigureAwait(false);
        var digest = services.Digests.Compute(caller, context.Request.Method, policy, context.Request.RouteValues, key);
        var acquisition = await _store.AcquireAsync(digest, claim, policy).ConfigureAwait(false);
        if (acquisition.Outcome == IdempotencyOutcome.InFlight && _options.InFlightWait > TimeSpan.Zero)
        {
            acquisition = await WaitAsync(digest, claim, context.RequestAborted).ConfigureAwait(false);
        }

        services.Metrics.Count(acquisition.Outcome);
        if (acquisition.Outcome == IdempotencyOutcome.Acquired)
        {
            await CarryOutAsync(context, acquisition.Held!).ConfigureAwait(false);
            return;
        }

        await (acquisition.Outcome switch
        {
            IdempotencyOutcome.Answered => ReplayAsync(context, digest, acquisition.Record),
            IdempotencyOutcome.InFlight => RefuseInFlightAsync(context, acquisition.LeaseLeft),
            IdempotencyOutcome.Unknown => RefuseAsync(context, IdempotencyProblem.OutcomeUnknown),
            _ => RefuseAsync(context, IdempotencyProblem.Reused),
        }).ConfigureAwait(false);
    }

    private async Task<IdempotencyAcquisition> WaitAsync(string digest, byte[] claim, CancellationToken aborted)
    {
        var until = services.Time.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            await Task.Delay(pause, services.Time, aborted).ConfigureAwait(false);
            var acquisition = await _store.AcquireAsync(digest, claim, policy).ConfigureAwait(false);
            if (acquisition.Outcome != IdempotencyOutcome.InFlight || services.Time.GetElapsedTime(until) >= _options.InFlightWait)
            {
                return acquisition;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask CarryOutAsync(HttpContext context, IdempotencyContext held)
    {
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var captured = new CapturedResponse(body, _options.MaxResponseBytes);
        context.Features.Set<IHttpResponseBodyFeature>(captured);
        context.Features.Set(held);
        Hold(held);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch
        {
            // An exception is answered further out, and is no answer to keep.
            context.Features.Set(body);
            LetGo(held);
            await _store.ReleaseAsync(held).ConfigureAwait(false);
            throw;
        }

        context.Features.Set(body);
        if (!policy.Keeps(context.Response.StatusCode))
        {
            LetGo(held);
            await _store.ReleaseAsync(held).ConfigureAwait(false);
        }
        else if (!await StoreAsync(context, captured, held).ConfigureAwait(false))
        {
            return;
        }

        if (!captured.PassedThrough)
        {
            await SendAsync(context, captured.Body).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the handler's response is to be sent.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> StoreAsync(HttpContext context, CapturedResponse captured, IdempotencyContext held)
    {
        var state = captured.PassedThrough ? IdempotencyRecord.NotKept : IdempotencyRecord.Answered;
        IdempotencyCompletion completion;
        try
        {
            completion = await _store.CompleteAsync(held, state, Seal(captured.Encode(context.Response, policy), held.KeyDigest)).ConfigureAwait(false);
        }
        finally
        {
            // Not before: a lease that ends while the answer is on its way would let the effect happen again.
            LetGo(held);
        }

        if (completion.IsStored || captured.PassedThrough)
        {
            return true;
        }

        if (!completion.IsLost)
        {
            context.Response.Headers[IdempotencyKey.StoredHeaderName] = "false";
            return true;
        }

        // This one was taken for dead. Two answers to one key would be one too many.
        var other = completion.Other is { } bytes ? new IdempotencyRecord(bytes) : default(IdempotencyRecord?);
        if (other is { } record && !record.Fingerprint.SequenceEqual(IdempotencyRecord.FingerprintOf(held.Claim).Span))
        {
            context.Response.Headers[IdempotencyKey.StoredHeaderName] = "false";
            return true;
        }

        services.Metrics.CountLost();
        context.Response.Clear();
        await (other is null ? RefuseInFlightAsync(context, held.Policy.LeaseMilliseconds) : ReplayAsync(context, held.KeyDigest, other.Value))
            .ConfigureAwait(false);
        return false;
    }

    private async Task ReplayAsync(HttpContext context, string digest, IdempotencyRecord record)
    {
        if (!TryOpen(record, digest, out var answer))
        {
            await RefuseAsync(context, IdempotencyProblem.OutcomeUnknown).ConfigureAwait(false);
            return;
        }

        var response = context.Response;
        if (record.State == IdempotencyRecord.NotKept)
        {
            await services.Problems.WriteAsync(context, IdempotencyProblem.NotKept, policy.Link, originalStatus: answer.Status).ConfigureAwait(false);
            return;
        }

        response.StatusCode = answer.Status;
        answer.ApplyHeaders(response.Headers);
        response.Headers[IdempotencyKey.ReplayedHeaderName] = "true";
        response.Headers[IdempotencyKey.ExpiresHeaderName] = record.Expires.ToString("R");
        await SendAsync(context, answer.Body).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask SendAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        if (body.Length > 0)
        {
            context.Response.ContentLength = body.Length;
            await context.Response.BodyWriter.WriteAsync(body).ConfigureAwait(false);
        }
    }

    private byte[] Seal(ReadOnlySpan<byte> answer, string digest)
    {
        Span<byte> place = stackalloc byte[digest.Length];
        Encoding.ASCII.GetBytes(digest, place);
        return services.Sealer.Seal(answer, place);
    }

    private bool TryOpen(IdempotencyRecord record, string digest, out StoredAnswer answer)
    {
        answer = default;
        Span<byte> place = stackalloc byte[digest.Length];
        Encoding.ASCII.GetBytes(digest, place);
        if (services.Sealer.TryOpen(record.Answer, place, out var opened) && StoredAnswer.TryRead(opened, out var found))
        {
            answer = found;
            return true;
        }

        services.TellThatAnswersDoNotOpen();
        return false;
    }

    private void Hold(IdempotencyContext held)
    {
        if (!held.IsInMemory)
        {
            services.Heartbeat.Add(held);
        }
    }

    private void LetGo(IdempotencyContext held)
    {
        if (!held.IsInMemory && !held.IsAnswerPending)
        {
            services.Heartbeat.Remove(held);
        }
    }

    private Task RefuseAsync(HttpContext context, IdempotencyProblem problem) => services.Problems.WriteAsync(context, problem, policy.Link);

    private Task RefuseInFlightAsync(HttpContext context, long leaseLeft) => services.Problems.WriteAsync(
        context, IdempotencyProblem.InFlight, policy.Link,
        retryAfter: TimeSpan.FromMilliseconds(Math.Min(leaseLeft, _options.RetryAfter.TotalMilliseconds)));
}
