using Microsoft.Extensions.Primitives;
using Platform.Redis.Idempotency;
using Platform.ServiceDefaults.Problems;

namespace TaskService.Tasks;

/// <summary>
/// The <c>Idempotency-Key</c> of a submit. The claim is made by the script that queues the task, so that one is never there without the
/// other, and the records need not be held back for it; all else is as on every endpoint with a key.
/// </summary>
internal sealed class SubmitClaims(IdempotencyDigests digests)
{
    /// <returns>What stands for caller, route and key; null when the caller sent no key.</returns>
    /// <exception cref="ProblemException">The key is not one.</exception>
    public string? Digest(StringValues header, string caller, string route)
    {
        if (header.Count == 0)
        {
            return null;
        }

        return IdempotencyKey.TryParse(header, out var key) ? digests.Compute(caller, route, key) : throw Refusal(IdempotencyProblem.Invalid);
    }

    public static ProblemException Refusal(IdempotencyProblem problem) => new(problem.Status, problem.Code, problem.Title, problem.Detail);
}
