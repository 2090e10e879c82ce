namespace Platform.Redis.Caching;

/// <summary>A read that is on its way: one object, so that who waits for the reply carries little.</summary>
/// <param name="key">The caller's key.</param>
/// <param name="entryKey">Where it is in Redis.</param>
/// <param name="call">Who asks.</param>
/// <param name="context">What must be unchanged for the reply to hold.</param>
internal sealed class EntryLookup(string key, byte[] entryKey, CacheCall call, CacheContext context)
{
    public string Key => key;

    public byte[] EntryKey => entryKey;

    public CacheCall Call => call;

    public CacheContext Context => context;
}
