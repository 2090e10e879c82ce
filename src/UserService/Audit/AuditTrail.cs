using System.Diagnostics;
using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Scripting;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.PersonalData;
using StackExchange.Redis;
using UserService.Keys;

namespace UserService.Audit;

/// <summary>
/// Writes security events down: who, what, to whom, when, from where, with which outcome; never a secret. Each is in two streams: that of the
/// person it concerns, with address and device, which goes with the person; and that of all, without, which leads to the former.
/// </summary>
internal sealed class AuditTrail(
    RedisStore redis, UserKeys keys, Secrets secrets, IHttpContextAccessor contexts, IOptions<AuditOptions> options, ILogger<AuditTrail> logger)
{
    /// <summary>Stands for whoever has no account.</summary>
    public const string Nobody = "nobody";

    /// <summary>Stands for all, who are not erased: in the hash tag of their trail.</summary>
    private const string Everybody = "all";

    private static readonly RedisScript AppendAudit = RedisScript.FromResource(typeof(AuditTrail).Assembly, "AppendAudit.lua");
    private static readonly RedisScript EraseAudit = RedisScript.FromResource(typeof(AuditTrail).Assembly, "EraseAudit.lua");

    private readonly AuditOptions _options = options.Value;

    /// <summary>
    /// Records what was done or refused. Never fails its caller, since what is recorded has happened: where Redis is away, the log has it.
    /// </summary>
    /// <param name="action">One of <see cref="AuditActions"/>.</param>
    /// <param name="outcome">Whether it was done.</param>
    /// <param name="userId">Whom it concerns; null where there is no such account.</param>
    /// <param name="detail">More of it, in a few words; no secret, no address.</param>
    public async Task RecordAsync(string action, AuditOutcome outcome, string? userId, string? detail = null)
    {
        var context = contexts.HttpContext;
        var place = AuditPlace.Of(context, detail).ToUtf8();
        var actor = context?.User is { Identity.IsAuthenticated: true } caller ? caller.FindFirst(AccessTokenClaims.Subject)?.Value : userId;
        RedisValue[] facts =
        [
            "action", action, "outcome", outcome.ToString().ToLowerInvariant(), "by", actor ?? "", "trace", Activity.Current?.TraceId.ToHexString() ?? "",
        ];
        try
        {
            // Not given up with the request: who is watched could hang up. What concerns nobody takes as long as what concerns somebody.
            var person = userId ?? Nobody;
            var id = await AppendAsync(
                [keys.AuditOf(person), keys.Erased(person)], userId is null ? _options.MaxEvents : _options.MaxEventsPerPerson,
                [.. facts, "place", secrets.AuditPlaces.Seal(place, person)]);
            await AppendAsync([keys.Audit, keys.Erased(Everybody)], _options.MaxEvents, [.. facts, "user", person, "entry", id]);
        }
        catch (RedisUnavailableException)
        {
            logger.AuditNotWritten(action, outcome);
        }
    }

    /// <summary>Forgets from where a person did things, also what is recorded from now on. What stays says that somebody whose account is gone did it.</summary>
    /// <returns>How many events were removed.</returns>
    public async Task<long> EraseAsync(string userId, CancellationToken cancellationToken) => (long)await redis.EvaluateAsync(
        EraseAudit,
        [keys.AuditOf(userId), keys.Erased(userId)],
        [(long)PersonalDataExtensions.MarkerLifetime.TotalMilliseconds],
        cancellationToken);

    /// <summary>Whether nothing is written to the person's own trail any more.</summary>
    public Task<bool> IsErasedAsync(string userId, CancellationToken cancellationToken) =>
        redis.ExecuteAsync("audit.erased", database => database.KeyExistsAsync(keys.Erased(userId)), cancellationToken);

    private async Task<RedisValue> AppendAsync(RedisKey[] trail, int most, RedisValue[] fields) => (RedisValue)await redis.EvaluateAsync(
        AppendAudit, trail, [most, (long)_options.Retention.TotalMilliseconds, .. fields], CancellationToken.None);
}
