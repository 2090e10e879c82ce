using System.ComponentModel;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Platform.Redis.Caching;

/// <summary>
/// A response kept ready to send: its bytes and a strong <c>ETag</c> of them. A request whose <c>If-None-Match</c> names the tag is answered
/// with 304 and no body. Cache it with <c>HybridCache</c>, for responses that are the same for every caller who may see them:
/// <code>
/// app.MapGet("/v1/prices", (HybridCache cache, CancellationToken cancellationToken) =>
///     cache.GetOrCreateAsync("prices:all", static async cancel => CachedContentHttpResult.Json(await Prices.ReadAsync(cancel)),
///         cancellationToken: cancellationToken));
/// </code>
/// </summary>
[ImmutableObject(true)]
public sealed class CachedContentHttpResult : IResult, IStatusCodeHttpResult, IContentTypeHttpResult, IEndpointMetadataProvider
{
    private const string JsonType = "application/json; charset=utf-8";

    private readonly StringValues _contentType;
    private readonly StringValues _entityTag;
    private readonly StringValues _cacheControl;
    private readonly ReadOnlyMemory<byte> _content;

    /// <summary>Keeps bytes, which nobody changes any more.</summary>
    /// <param name="content">The body.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="cacheControl">
    /// What clients and proxies may do; by default they ask each time (<c>no-cache</c>) and are told with 304 that nothing changed.
    /// </param>
    public CachedContentHttpResult(ReadOnlyMemory<byte> content, string contentType, string cacheControl = "no-cache")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(contentType);
        ArgumentException.ThrowIfNullOrWhiteSpace(cacheControl);
        _content = content;
        _contentType = contentType;
        _cacheControl = cacheControl;
        _entityTag = $"\"{Convert.ToBase64String(SHA256.HashData(content.Span).AsSpan(0, 12))}\"";
    }

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Content => _content;

    /// <inheritdoc />
    public string ContentType => _contentType!;

    /// <summary>The tag, with its quotation marks.</summary>
    public string EntityTag => _entityTag!;

    /// <summary>The header <c>Cache-Control</c>.</summary>
    public string CacheControl => _cacheControl!;

    /// <inheritdoc />
    public int? StatusCode => StatusCodes.Status200OK;

    /// <summary>A response of a value's JSON.</summary>
    /// <param name="value">The value.</param>
    /// <param name="options">How it is written; by default as the web does.</param>
    /// <param name="cacheControl">What clients and proxies may do.</param>
    public static CachedContentHttpResult Json<T>(T value, JsonSerializerOptions? options = null, string cacheControl = "no-cache") =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, options ?? JsonSerializerOptions.Web), JsonType, cacheControl);

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var response = httpContext.Response;
        var headers = response.Headers;
        headers.ETag = _entityTag;
        headers.CacheControl = _cacheControl;
        if (httpContext.Request.Headers.IfNoneMatch is { Count: > 0 } known && Matches(known))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        headers.ContentType = _contentType;
        response.ContentLength = _content.Length;
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return Task.CompletedTask;
        }

        // Without the request's token, which would have to be made: the server ends a write whose client has gone.
        var written = response.BodyWriter.WriteAsync(_content, CancellationToken.None);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(void), ["application/json"]));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified));
    }

    // RFC 9110, 13.1.2: any of the tags, weak or not, or any representation at all.
    private bool Matches(StringValues known)
    {
        if (known == _entityTag)
        {
            return true;
        }

        return EntityTagHeaderValue.TryParseList(known, out var tags)
            && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag == EntityTag);
    }
}
