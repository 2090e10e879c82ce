using System.Reflection;
using Platform.Redis.Keys;

namespace Shared;

/// <summary>The one key registry of the service whose tests these are.</summary>
internal static class ServiceRegistry
{
    public static KeyRegistry Find() => typeof(Program).Assembly.GetTypes()
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(field => field.FieldType == typeof(KeyRegistry))
        .Select(field => (KeyRegistry)field.GetValue(null)!)
        .Single();
}
