using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;

namespace Platform.Redis.RateLimiting;

/// <summary>Which policies an endpoint's requests are under: found once for each state of the settings.</summary>
internal sealed class EndpointPlan
{
    public EndpointPlan(Endpoint? endpoint, PolicySet policies, IReadOnlyList<string> exemptPaths)
    {
        Policies = policies;
        Cost = endpoint?.Metadata.GetMetadata<RateLimitCost>()?.Permits ?? 1;
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText;
        Name = endpoint?.DisplayName ?? route ?? "none";
        if (route is not null && exemptPaths.Any(path => new PathString('/' + route.TrimStart('/')).StartsWithSegments(path)))
        {
            Applied = [];
        }
        else
        {
            var named = endpoint?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName;
            var all = named is not null && policies.ByName.TryGetValue(named, out var own) && !own.Options.Global
                ? policies.Global.Append(own)
                : policies.Global;
            Applied = [.. all.Where(policy => !policy.Off)];
        }

        Header = string.Join(", ", Applied.Where(policy => !policy.Rule.Shadow).Select(policy => policy.Rule.Header));
        HasTiers = Applied.Any(policy => policy.Options.Tiers.Count > 0);
        Refunds = Applied.Any(policy => policy.Options.RefundServerErrors);
    }

    /// <summary>The settings that it was made for.</summary>
    public PolicySet Policies { get; }

    public RateLimitPolicy[] Applied { get; }

    public int Cost { get; }

    /// <summary>The endpoint's own name, for policies that tell endpoints apart.</summary>
    public string Name { get; }

    /// <summary><c>RateLimit-Policy</c> of callers without a tier.</summary>
    public string Header { get; }

    public bool HasTiers { get; }

    public bool Refunds { get; }
}
