namespace UserService.Http;

internal static class BodyLimits
{
    /// <summary>No request of this service has more to say, in bytes.</summary>
    public const long Json = 16 * 1024;
}
