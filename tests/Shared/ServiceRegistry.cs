using System.Reflection;
using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Shared;

/// <summary>The one key registry of the service whose tests these are.</summary>
internal static class ServiceRegistry
{
    private static readonly Lazy<HashSet<string>> OwnFamilies = new(() =>
        [.. Find().Families.Where(family => !family.Owner.StartsWith("Platform.Redis", StringComparison.Ordinal)).Select(family => family.Name)]);

    public static KeyRegistry Find() => Assemblies().SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(field => field.FieldType == typeof(KeyRegistry))
        .Select(field => (KeyRegistry)field.GetValue(null)!)
        .Single();

    /// <summary>The service's, and what it stands on: the tasks' keys are the engine's, which others may host too.</summary>
    private static IEnumerable<Assembly> Assemblies() => typeof(Program).Assembly.GetReferencedAssemblies()
        .Where(name => name.Name is "Platform.Tasks").Select(Assembly.Load).Prepend(typeof(Program).Assembly);

    /// <summary>Whether a key is the service's, not one that the library keeps for it (rate limits, for one, come and go by themselves).</summary>
    public static bool IsOwn(RedisKey key)
    {
        var parts = key.ToString().Split(':');
        var version = Array.FindIndex(parts, part => part is ['v', >= '0' and <= '9', ..]);
        return version > 0 && OwnFamilies.Value.Contains(parts[version - 1]);
    }
}
