using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Platform.ServiceDefaults.Http;

namespace Platform.Tasks.Payloads;

/// <summary>Finds the properties that are to be sealed. Each type is looked through once.</summary>
internal static class SensitiveProperties
{
    private static readonly JsonSerializerOptions Contracts = CreateContracts();
    private static readonly ConcurrentDictionary<Type, bool> Certain = new();
    private static readonly ConcurrentDictionary<Type, bool> Possible = new();

    /// <summary>Whether payloads of the type have some.</summary>
    public static bool AreIn(Type type) => Certain.GetOrAdd(type, static type => Find(type, [], whereUnknown: false));

    /// <summary>Whether payloads of the type may have some: what is declared as <c>object</c> shows only as it is written.</summary>
    public static bool MayBeIn(Type type) => Possible.GetOrAdd(type, static type => Find(type, [], whereUnknown: true));

    /// <summary>Records have attributes on the parameter where nothing else is said.</summary>
    public static bool IsOne(JsonPropertyInfo property) =>
        IsMarked(property.AttributeProvider) || IsMarked(property.AssociatedParameter?.AttributeProvider);

    private static bool IsMarked(ICustomAttributeProvider? attributes) => attributes?.IsDefined(typeof(SensitiveAttribute), inherit: true) == true;

    private static bool Find(Type type, HashSet<Type> seen, bool whereUnknown)
    {
        if (!seen.Add(type) || type.IsAssignableTo(typeof(Stream)))
        {
            return false;
        }

        if (type == typeof(object))
        {
            return whereUnknown;
        }

        var contract = Contracts.GetTypeInfo(type);
        return contract.Properties.Any(property => IsOne(property) || Find(property.PropertyType, seen, whereUnknown))
            || (contract.ElementType is { } element && Find(element, seen, whereUnknown))
            || (contract.PolymorphismOptions?.DerivedTypes.Any(derived => Find(derived.DerivedType, seen, whereUnknown)) ?? false);
    }

    private static JsonSerializerOptions CreateContracts()
    {
        var options = new JsonSerializerOptions(JsonDefaults.Options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>The same for a type that is known when the program is compiled: asking costs nothing.</summary>
internal static class SensitiveProperties<TPayload>
{
    public static readonly bool MayBeThere = SensitiveProperties.MayBeIn(typeof(TPayload));
}
