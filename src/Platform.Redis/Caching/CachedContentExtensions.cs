using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Caching;

namespace Platform.Redis;

/// <summary>Maps endpoints whose response is kept ready.</summary>
public static class CachedContentExtensions
{
    /// <summary>
    /// Answers GET and HEAD with a response that is the same for everybody who may ask, such as a key set or an API description: from the
    /// cache, with its <c>ETag</c>, and 304 where the client has it already. A hit creates no scope and binds nothing, so it costs
    /// what a constant text costs. Who may ask is decided by the endpoint's conventions, such as <c>RequireAuthorization</c>.
    /// </summary>
    /// <param name="endpoints">Where it is mapped.</param>
    /// <param name="pattern">The route. Its values do not tell responses apart.</param>
    /// <param name="key">The response's key in the cache: <c>namespace:rest</c>.</param>
    /// <param name="factory">Makes the response, with services of a scope of its own; it may outlive the request that asked first.</param>
    /// <param name="options">Overrides the namespace's expirations.</param>
    /// <param name="tags">The tags by which it can be removed.</param>
    /// <returns>The endpoint, for conventions.</returns>
    public static IEndpointConventionBuilder MapCachedGet(
        this IEndpointRouteBuilder endpoints, string pattern, string key,
        Func<IServiceProvider, CancellationToken, ValueTask<CachedContentHttpResult>> factory, HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(factory);
        var cache = endpoints.ServiceProvider.GetRequiredService<HybridCache>();
        var state = (Scopes: endpoints.ServiceProvider.GetRequiredService<IServiceScopeFactory>(), Factory: factory);
        string[]? all = tags is null ? null : [.. tags];
        return endpoints.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], Answer).WithMetadata(
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(void), ["application/json"]),
            new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified));

        Task Answer(HttpContext context)
        {
            var found = cache.GetOrCreateAsync(
                key, state,
                static async (state, cancellationToken) =>
                {
                    var scope = state.Scopes.CreateAsyncScope();
                    await using (scope.ConfigureAwait(false))
                    {
                        return await state.Factory(scope.ServiceProvider, cancellationToken).ConfigureAwait(false);
                    }
                },
                options, all, CancellationToken.None);
            return found.IsCompletedSuccessfully ? found.Result.ExecuteAsync(context) : AnswerLaterAsync(found, context);
        }
    }

    private static async Task AnswerLaterAsync(ValueTask<CachedContentHttpResult> found, HttpContext context) =>
        await (await found.AsTask().WaitAsync(context.RequestAborted).ConfigureAwait(false)).ExecuteAsync(context).ConfigureAwait(false);
}
