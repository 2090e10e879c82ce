using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;
using Platform.Redis.Guarantees;

namespace Platform.Redis;

/// <summary>Tells what a service guarantees while Redis is away.</summary>
public static class GuaranteesExtensions
{
    /// <summary>Reports a capability that refuses while the breaker is open, and holds everything else of the time.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="name">In kebab-case: <c>sign-in</c>.</param>
    /// <param name="whenRedisIsAway">What it refuses and what goes on, in a sentence for whoever operates the service.</param>
    public static IServiceCollection AddRefusingCapability(this IServiceCollection services, string name, string whenRedisIsAway)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(whenRedisIsAway);
        return services.AddSingleton<ICapability>(
            provider => new RefusingCapability(provider.GetRequiredService<RedisStore>(), name, whenRedisIsAway));
    }

    /// <summary>
    /// Maps <c>GET /guarantees</c>: the mode of every capability, since when, what is weaker, and the last changes. It answers from memory,
    /// also while Redis hangs, and is always 200.
    /// </summary>
    /// <param name="endpoints">Where to map it.</param>
    /// <param name="maySeeDetails">
    /// Who sees more than names and modes. Everybody in Development and nobody elsewhere, where it is left out.
    /// </param>
    /// <returns>The endpoint, to be opened or closed to callers.</returns>
    public static RouteHandlerBuilder MapGuarantees(this IEndpointRouteBuilder endpoints, Func<HttpContext, bool>? maySeeDetails = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        maySeeDetails ??= static context => context.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment();
        return endpoints.MapGet("/guarantees", Ok<GuaranteesResponse> (HttpContext context, [FromServices] GuaranteeJournal journal) =>
            {
                context.Response.Headers[HeaderNames.CacheControl] = "no-store";
                return TypedResults.Ok(journal.Tell(maySeeDetails(context)));
            })
            .WithName("GetGuarantees")
            .WithTags("Operations")
            .WithSummary("What the service guarantees now: the mode of every capability that depends on Redis, and the last changes.");
    }
}
