using Platform.Redis.RateLimiting;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Restoring;

/// <summary>Stands between the vault and whoever wants originals: nothing leaves before it is within the caller's limit, and written down.</summary>
internal sealed class RestoreGuard(IRateLimits limits, RestoreTrail trail)
{
    /// <summary>Policies of <c>RateLimiting:Policies</c>: values per caller.</summary>
    public const string PersonPolicy = "restore-person";

    /// <inheritdoc cref="PersonPolicy"/>
    public const string ServicePolicy = "restore-service";

    /// <summary>A whole document counts as one value for so many bytes, since nobody knows how many it holds.</summary>
    private const int BytesPerValue = 256;

    /// <summary>For values that were found. Returns when they may leave; at once where there are none.</summary>
    /// <exception cref="ProblemException">The caller has restored too much.</exception>
    /// <exception cref="Platform.Redis.RedisUnavailableException">It could not be written down, so nothing may leave.</exception>
    public async Task AllowAsync(RestoreCall call, VaultAnswer answer, CancellationToken cancellationToken)
    {
        var found = answer.Found.Select(key => key.Token).Distinct().ToArray();
        if (found.Length > 0)
        {
            await AllowAsync(call, found.Length, [.. found.Select(token => token.Scope).Distinct()], cancellationToken);
        }
    }

    /// <inheritdoc cref="AllowAsync(RestoreCall, VaultAnswer, CancellationToken)"/>
    /// <summary>For a whole document.</summary>
    public Task AllowAsync(RestoreCall call, byte[] document, CancellationToken cancellationToken) =>
        AllowAsync(call, 1 + (document.Length / BytesPerValue), [], cancellationToken);

    /// <summary>Within the caller's limit. Who takes this one sees to it that it is written down.</summary>
    /// <exception cref="ProblemException">The caller has restored too much.</exception>
    public async Task CountAsync(RestoreCall call, int values, CancellationToken cancellationToken)
    {
        var permit = await limits.CheckPolicyAsync(call.IsService ? ServicePolicy : PersonPolicy, call.Caller, values, cancellationToken);
        if (!permit.Allowed)
        {
            throw TooMany(permit);
        }
    }

    private async Task AllowAsync(RestoreCall call, int values, IReadOnlyList<ScopeTag> scopes, CancellationToken cancellationToken)
    {
        await CountAsync(call, values, cancellationToken);
        await trail.AppendAsync(call, values, scopes, cancellationToken);
    }

    /// <summary>For a call whose answer is restored piece by piece.</summary>
    public RestoreTally Begin(RestoreCall call) => new(this, trail, call);

    private static ProblemException TooMany(RateLimitResult permit)
    {
        var ever = permit.RetryAfter != Timeout.InfiniteTimeSpan;
        return new ProblemException(
            StatusCodes.Status429TooManyRequests, "restore_quota_exceeded", "Too many originals were restored",
            ever
                ? $"Nothing was restored. {permit.Limit} values may be, and {permit.Remaining} are left; send the request again after the time in Retry-After."
                : $"Nothing was restored. {permit.Limit} values may be at once; ask for fewer.",
            ever ? permit.RetryAfter : null);
    }
}
