using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Platform.Redis.RateLimiting;

/// <summary>The mapped endpoints, so that the service says who may call them.</summary>
/// <param name="Callers">What callers may ask about themselves: <c>GET /v1/ratelimits/me</c>.</param>
/// <param name="Administrators">Everything else: add <c>.RequireAuthorization("admin")</c>.</param>
public sealed record RateLimitsApi(IEndpointConventionBuilder Callers, RouteGroupBuilder Administrators);
