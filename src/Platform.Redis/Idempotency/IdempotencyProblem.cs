using Microsoft.AspNetCore.Http;

namespace Platform.Redis.Idempotency;

/// <summary>The answers that an idempotency key can have instead of the endpoint's own (RFC 9457).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Stable, in snake_case; the problem's type is <c>urn:platform:problem:</c> and the code in kebab-case.</param>
/// <param name="Title">What went wrong, in a few words.</param>
/// <param name="Detail">What to change.</param>
public sealed record IdempotencyProblem(int Status, string Code, string Title, string Detail)
{
    /// <summary>400: the endpoint requires a key.</summary>
    public static readonly IdempotencyProblem Missing = new(
        StatusCodes.Status400BadRequest, "idempotency_key_missing", "The Idempotency-Key is missing",
        "Send the header Idempotency-Key with a new UUID, and the same one again when you repeat the request.");

    /// <summary>400: what was sent is no key.</summary>
    public static readonly IdempotencyProblem Invalid = new(
        StatusCodes.Status400BadRequest, "invalid_idempotency_key", "The Idempotency-Key is not valid",
        $"Send one key of 1 to {IdempotencyKey.Longest} visible ASCII characters, such as a UUID.");

    /// <summary>400: nobody is signed in, so the key would be everybody's.</summary>
    public static readonly IdempotencyProblem Anonymous = new(
        StatusCodes.Status400BadRequest, "idempotency_key_anonymous", "The Idempotency-Key belongs to nobody",
        "Authenticate, or leave the header Idempotency-Key away: keys are kept apart by caller.");

    /// <summary>409: the first request with this key is still being carried out.</summary>
    public static readonly IdempotencyProblem InFlight = new(
        StatusCodes.Status409Conflict, "idempotency_in_flight", "The first request with this Idempotency-Key is in flight",
        "Send the request again, with the same key, after the time that Retry-After names.");

    /// <summary>409: the first request's process died before it answered.</summary>
    public static readonly IdempotencyProblem OutcomeUnknown = new(
        StatusCodes.Status409Conflict, "idempotency_outcome_unknown", "What became of the first request is not known",
        "It may have been carried out: look before you repeat it, and repeat it with a new Idempotency-Key.");

    /// <summary>409: the request was carried out, its answer was too large to be kept.</summary>
    public static readonly IdempotencyProblem NotKept = new(
        StatusCodes.Status409Conflict, "idempotency_response_not_kept", "The answer to this Idempotency-Key was too large to be kept",
        "The request was carried out and answered with originalStatus. Read the result instead of repeating the request.");

    /// <summary>422: the key was first sent with another request.</summary>
    public static readonly IdempotencyProblem Reused = new(
        StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused", "The Idempotency-Key was used for another request",
        "Send another key, or exactly the request that the key was first sent with.");
}
