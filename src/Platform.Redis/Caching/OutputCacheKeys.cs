using Platform.Redis.Keys;

namespace Platform.Redis.Caching;

/// <summary>The keys of the framework's output cache, whose form is its own: the service's prefix, a mark, and what the framework likes.</summary>
internal static class OutputCacheKeys
{
    private const string ResponseMark = "__MSOCV_";
    private const string TagMark = "__MSOCT";

    public static readonly KeyFamily Response = new(
        "output-cache", 1, KeyType.String, KeyTtl.Within(TimeSpan.FromDays(7)), "expiry; no writes at 80 % of maxmemory", "ASP.NET Core", false,
        "A response.");

    public static readonly KeyFamily Tag = new(
        "output-cache-tag", 1, KeyType.SortedSet, KeyTtl.None("the framework drops what has expired"), "one per tag in use", "ASP.NET Core", false,
        "The responses that carry a tag.");

    /// <summary>What a key of the output cache is, and what stands before its mark; null for other keys.</summary>
    public static KeyFamily? Find(string key, out string head)
    {
        head = "";
        foreach (var (mark, family) in ((string, KeyFamily)[])[(ResponseMark, Response), (TagMark, Tag)])
        {
            if (key.IndexOf(mark, StringComparison.Ordinal) is var start and > 0)
            {
                head = key[..start];
                return family;
            }
        }

        return null;
    }
}
