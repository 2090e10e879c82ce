using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Platform.Redis.Keys;
using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Redis.Caching;

/// <summary>
/// The generations of namespaces, of tags and of everything: numbers in Redis, known in this process from their first use on and followed
/// by <see cref="CacheChanges"/>. Raising one ends all that was cached under it, however much that is.
/// </summary>
internal sealed class CacheGenerations(RedisStore store, Keyspace keyspace)
{
    // Tags may be made from ids. Beyond this many all are forgotten, and what was cached under them is read again.
    private const int MostTags = 20_000;

    private static readonly RedisScript ReadGeneration = RedisScript.FromResource(typeof(CacheGenerations).Assembly, "ReadGeneration.lua");
    private static readonly RedisScript RaiseGeneration = RedisScript.FromResource(typeof(CacheGenerations).Assembly, "RaiseGeneration.lua");

    private readonly ConcurrentDictionary<UInt128, GenerationState> _namespaces = new();
    private ConcurrentDictionary<UInt128, GenerationState> _tags = new();
    private int _tagCount;

    /// <summary>Of every entry: the tag <c>*</c>.</summary>
    public GenerationState Everything => OfNamespace("*");

    public GenerationState OfNamespace(string name) => _namespaces.GetOrAdd(IdOf("n:" + name), static id => new GenerationState(id));

    public GenerationState OfTag(string tag) => OfTag(IdOf("t:" + tag));

    public GenerationState OfTag(UInt128 id)
    {
        var tags = Volatile.Read(ref _tags);
        if (tags.TryGetValue(id, out var known))
        {
            return known;
        }

        if (Interlocked.Increment(ref _tagCount) > MostTags && Interlocked.CompareExchange(ref _tags, new(), tags) == tags)
        {
            Volatile.Write(ref _tagCount, 0);
            foreach (var (_, tag) in tags)
            {
                tag.Retire();
            }
        }

        return Volatile.Read(ref _tags).GetOrAdd(id, static id => new GenerationState(id));
    }

    /// <summary>Reads those that are not known yet, together.</summary>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public Task LoadAsync(IEnumerable<GenerationState> states, CancellationToken cancellationToken)
    {
        List<GenerationState> unknown = [.. states.Where(state => state.Current is null)];
        return unknown.Count == 0 ? Task.CompletedTask : ReadAsync(unknown, cancellationToken);
    }

    /// <summary>Begins a new one.</summary>
    /// <returns>Its value, as it stands in Redis.</returns>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async Task<string> RaiseAsync(GenerationState state, CancellationToken cancellationToken)
    {
        var value = (string)(await store.EvaluateAsync(RaiseGeneration, [KeyOf(state.Id)], Arguments(), cancellationToken).ConfigureAwait(false))!;
        state.Raise(Generation.Parse(value)!);
        return value;
    }

    /// <summary>Takes over what another process did.</summary>
    public void Apply(UInt128 id, string? value)
    {
        if (Generation.Parse(value) is { } generation
            && (_namespaces.TryGetValue(id, out var state) || Volatile.Read(ref _tags).TryGetValue(id, out state)))
        {
            state.Raise(generation);
        }
    }

    /// <summary>Reads all that are known again; it also keeps them from expiring.</summary>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        const int Page = 256;
        foreach (var page in _namespaces.Values.Concat(Volatile.Read(ref _tags).Values).Where(state => state.Current is not null).Chunk(Page))
        {
            await ReadAsync(page, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(IReadOnlyCollection<GenerationState> states, CancellationToken cancellationToken)
    {
        var replies = states
            .Select(state => (State: state, Reply: store.EvaluateAsync(ReadGeneration, [KeyOf(state.Id)], Arguments(), cancellationToken)))
            .ToList();
        await Task.WhenAll(replies.Select(one => one.Reply)).ConfigureAwait(false);
        foreach (var (state, reply) in replies)
        {
            state.Raise(Generation.Parse((string?)await reply.ConfigureAwait(false))!);
        }
    }

    private RedisKey KeyOf(UInt128 id) => keyspace.Key(CacheKeys.Generation, id.ToString("x32"));

    private static RedisValue[] Arguments() =>
        [RandomNumberGenerator.GetHexString(32, lowercase: true), (long)CacheKeys.GenerationLife.TotalMilliseconds];

    private static UInt128 IdOf(string text) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
