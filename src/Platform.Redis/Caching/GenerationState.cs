namespace Platform.Redis.Caching;

/// <summary>What this process knows of the generation of a namespace, of a tag, or of everything. It only rises.</summary>
internal sealed class GenerationState(UInt128 id)
{
    private readonly Lock _gate = new();
    private readonly List<CacheNamespace> _dependents = [];
    private Generation? _current;

    public UInt128 Id => id;

    /// <summary>Null until it was read from Redis.</summary>
    public Generation? Current => Volatile.Read(ref _current);

    /// <summary>0 until it was read from Redis.</summary>
    public long Number => Volatile.Read(ref _current)?.Number ?? 0;

    /// <summary>The namespaces whose entries end when this rises.</summary>
    public void Concerns(CacheNamespace space)
    {
        lock (_gate)
        {
            _dependents.Add(space);
        }
    }

    public void Raise(Generation generation)
    {
        lock (_gate)
        {
            if (_current is { } current && current.Number >= generation.Number)
            {
                return;
            }

            Volatile.Write(ref _current, generation);
            foreach (var space in _dependents)
            {
                space.EndEpoch();
            }
        }
    }

    /// <summary>It is no longer followed, so nothing written under it may be believed.</summary>
    public void Retire() => Raise(new Generation(long.MaxValue, ""));
}

/// <summary>The value of a generation: <c>number salt</c>. The number is Redis's time in microseconds when it was made, or one more than its predecessor.</summary>
internal sealed record Generation(long Number, string Salt)
{
    public static Generation? Parse(string? text) =>
        text is not null && text.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 && long.TryParse(text.AsSpan(0, space), out var number)
            ? new Generation(number, text[(space + 1)..])
            : null;
}
