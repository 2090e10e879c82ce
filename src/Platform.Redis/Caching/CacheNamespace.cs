namespace Platform.Redis.Caching;

/// <summary>A namespace at work: its options, what it counted, and the epoch in which its entries in this process's memory hold.</summary>
internal sealed class CacheNamespace(string name, CacheNamespaceOptions options, GenerationState generation)
{
    private int _epoch;
    private CacheKeying? _keying;
    private int _failing;
    private int _told;

    public string Name => name;

    public CacheNamespaceOptions Options => options;

    public GenerationState Generation => generation;

    public CacheCounters Counters { get; } = new();

    /// <summary>Rises whenever a generation does that the namespace's entries depend on.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    /// <summary>Null while the generations are not known.</summary>
    public CacheKeying? Keying => Volatile.Read(ref _keying) is { } keying && keying.Epoch == Epoch ? keying : null;

    public void Use(CacheKeying keying) => Volatile.Write(ref _keying, keying);

    public void EndEpoch() => Interlocked.Increment(ref _epoch);

    /// <summary>True for the first failure after a success.</summary>
    public bool StartFailing() => Interlocked.Exchange(ref _failing, 1) == 0;

    /// <summary>True for the first success after a failure.</summary>
    public bool StopFailing() => Volatile.Read(ref _failing) != 0 && Interlocked.Exchange(ref _failing, 0) != 0;

    /// <summary>True once: whoever programs the service is told about a value that cannot be kept.</summary>
    public bool TellOnce() => Interlocked.Exchange(ref _told, 1) == 0;
}
