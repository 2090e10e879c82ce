using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Platform.Redis.RateLimiting;

/// <summary>
/// The framework's global limiter. It decides every policy of a request at once, the endpoint's own among them, so that a refused
/// request takes nothing anywhere, and writes the headers.
/// </summary>
internal sealed class HttpRateLimiter(
    RateLimitEngine engine, RateLimitSettings settings, PartitionTable partitions, IOptions<RedisRateLimitingOptions> options)
    : PartitionedRateLimiter<HttpContext>, IRateLimitObserver
{
    private static readonly object DecisionKey = new();

    private readonly ConditionalWeakTable<Endpoint, EndpointPlan> _plans = [];
    private EndpointPlan? _withoutEndpoint;

    /// <summary>The refusal that a request met.</summary>
    public static RateLimitDecision? RefusalOf(HttpContext context) => context.Items[DecisionKey] as RateLimitDecision;

    public override RateLimiterStatistics? GetStatistics(HttpContext resource) => null;

    /// <summary>The policies that hold for a request.</summary>
    public EndpointPlan PlanOf(HttpContext context)
    {
        var policies = settings.Policies;
        if (context.GetEndpoint() is not { } endpoint)
        {
            return _withoutEndpoint is { } known && known.Policies == policies
                ? known
                : _withoutEndpoint = new EndpointPlan(null, policies, options.Value.ExemptPaths);
        }

        if (!_plans.TryGetValue(endpoint, out var plan) || plan.Policies != policies)
        {
            plan = new EndpointPlan(endpoint, policies, options.Value.ExemptPaths);
            _plans.AddOrUpdate(endpoint, plan);
        }

        return plan;
    }

    /// <summary>The partition of a caller under a policy.</summary>
    public Partition PartitionOf(HttpContext context, RateLimitPolicy policy, string endpoint) =>
        partitions.Of(HttpPartitions.Of(context, policy.Options.By, endpoint));

    // The middleware asks synchronously first. Everything is decided in the second question, which completes synchronously too
    // wherever the process can tell.
    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount) =>
        permitCount == 0 || PlanOf(resource).Applied.Length == 0 ? FixedLease.Granted : FixedLease.NotKnown;

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(HttpContext resource, int permitCount, CancellationToken cancellationToken)
    {
        var plan = PlanOf(resource);
        if (plan.Applied.Length == 0 || IsExempt(resource))
        {
            return new ValueTask<RateLimitLease>(FixedLease.Granted);
        }

        var decision = new RateLimitDecision(engine, plan.Applied.Length, this) { Context = resource, Plan = plan };
        foreach (var policy in plan.Applied)
        {
            var rule = policy.RuleFor(resource.User);
            decision.Add(
                policy, rule, partitions.Of(HttpPartitions.Of(resource, policy.Options.By, plan.Name), decision.Now).StateOf(rule), plan.Cost * permitCount);
        }

        return engine.DecideAsync(decision, cancellationToken);
    }

    void IRateLimitObserver.Decided(RateLimitDecision decision)
    {
        var (context, plan) = (decision.Context!, decision.Plan!);
        RateLimitHeaders.Write(context, plan, decision, engine.Now);
        if (!decision.Granted)
        {
            context.Items[DecisionKey] = decision;
        }
        else if (plan.Refunds)
        {
            // Not when the lease is disposed: a handler's exception becomes a status only afterwards.
            context.Response.OnCompleted(() =>
            {
                if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
                {
                    engine.Refund(decision);
                }

                return Task.CompletedTask;
            });
        }
    }

    // Only requests that no endpoint answers: endpoints are looked at once, when their plan is made.
    private bool IsExempt(HttpContext context)
    {
        if (context.GetEndpoint() is null)
        {
            foreach (var path in options.Value.ExemptPaths)
            {
                if (context.Request.Path.StartsWithSegments(path))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
