using Microsoft.AspNetCore.Builder;
using Microsoft.Net.Http.Headers;

namespace Platform.ServiceDefaults.Http;

internal static class RequestChecks
{
    /// <summary>
    /// JSON is UTF-8 (RFC 8259). Another charset would reach the framework's decoder lookup, which throws for names that it does not
    /// know; that would be answered with 500.
    /// </summary>
    public static void UseRequestChecks(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (context.Request.ContentType is not { } contentType
            || !MediaTypeHeaderValue.TryParse(contentType, out var media)
            || media.Charset is not { HasValue: true } charset)
        {
            return next(context);
        }

        if (!HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return Problems.Problems.UnsupportedMediaType("unsupported_charset", "Unsupported charset", "Send the body as UTF-8 and name no other charset.")
                .ExecuteAsync(context);
        }

        // Quotes are allowed around it (RFC 9110), but the decoder lookup does not know them.
        media.Charset = "utf-8";
        context.Request.ContentType = media.ToString();
        return next(context);
    });
}
