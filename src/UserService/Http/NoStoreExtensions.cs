namespace UserService.Http;

internal static class NoStoreExtensions
{
    /// <summary>Tokens stay out of every cache (RFC 6749, section 5.1).</summary>
    public static void NoStore(this HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
    }
}
