using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Platform.Redis.Caching;

/// <summary>Every namespace there is: the declared ones and the rest.</summary>
internal sealed class CacheNamespaceTable
{
    private readonly FrozenDictionary<string, CacheNamespace> _declared;
    private readonly FrozenDictionary<string, CacheNamespace>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public CacheNamespaceTable(IOptions<CachingOptions> options, CacheGenerations generations)
    {
        _declared = options.Value.Namespaces.ToFrozenDictionary(
            one => one.Key, one => Make(one.Key, one.Value), StringComparer.Ordinal);
        _lookup = _declared.GetAlternateLookup<ReadOnlySpan<char>>();
        Other = Make(CacheNamespaces.Other, options.Value.Default);
        All = [.. _declared.Values.OrderBy(space => space.Name, StringComparer.Ordinal), Other];

        CacheNamespace Make(string name, CacheNamespaceOptions with)
        {
            var generation = generations.OfNamespace(name);
            var space = new CacheNamespace(name, with, generation);
            generation.Concerns(space);
            generations.Everything.Concerns(space);
            return space;
        }
    }

    public CacheNamespace Other { get; }

    public IReadOnlyList<CacheNamespace> All { get; }

    /// <summary>The namespace of a key: what stands before its first colon, where that is declared.</summary>
    public CacheNamespace Of(ReadOnlySpan<char> key) =>
        key.IndexOf(':') is var colon and > 0 && _lookup.TryGetValue(key[..colon], out var space) ? space : Other;

    public bool TryGet(string name, [NotNullWhen(true)] out CacheNamespace? space)
    {
        space = name == Other.Name ? Other : _declared.GetValueOrDefault(name);
        return space is not null;
    }
}
