using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Shared;

/// <summary>
/// Compiled into the tests of every service. Whoever looks for a line in the logs of all services looks for its event id, so each means one line: every
/// assembly has a thousand of its own.
/// </summary>
public class LogEventTests
{
    private const int Block = 1000;

    private static readonly Dictionary<string, int> Thousands = new()
    {
        ["ServiceDefaults"] = 1, ["Platform.Redis"] = 2, ["NotificationService"] = 3, ["PrivacyService"] = 4, ["UserService"] = 5, ["TaskService"] = 6,
        ["Platform.Tasks"] = 7,
    };

    [Fact]
    public void EventIds_OfTheServiceAndItsLibraries_AreEachUsedOnce()
    {
        var lines = Assemblies().SelectMany(assembly => assembly.GetTypes()).SelectMany(type => type.GetMethods(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (Method: method, method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId)).Where(line => line.EventId is not null).ToArray();

        Assert.NotEmpty(lines);
        Assert.Empty(lines.GroupBy(line => line.EventId).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(line => Name(line.Method)))}"));
        Assert.Empty(lines.Where(line => Thousands[Name(line.Method.Module.Assembly)] != line.EventId / Block)
            .Select(line => $"{line.EventId} of {Name(line.Method)} is not in the thousand of {Name(line.Method.Module.Assembly)}, {Thousands[Name(line.Method.Module.Assembly)]}xxx."));
    }

    private static IEnumerable<Assembly> Assemblies() => typeof(Program).Assembly.GetReferencedAssemblies()
        .Where(reference => Thousands.ContainsKey(reference.Name!)).Select(Assembly.Load).Append(typeof(Program).Assembly);

    private static string Name(Assembly assembly) => assembly.GetName().Name!;

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
