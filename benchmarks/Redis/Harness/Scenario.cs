namespace Platform.Benchmarks.Redis.Harness;

/// <summary>
/// Something that is done in several ways. Every class of this assembly that derives from it and has a constructor without parameters is run.
/// </summary>
internal abstract class Scenario
{
    /// <summary>Short, and what a filter on the command line finds.</summary>
    public abstract string Name { get; }

    /// <summary>Starts what the candidates need, in an empty Redis. The first candidate is the floor.</summary>
    public abstract Task<IReadOnlyList<Candidate>> PrepareAsync(Bench bench);

    public static IEnumerable<Scenario> All() => typeof(Scenario).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Scenario)) && !type.IsAbstract)
        .Select(type => (Scenario)Activator.CreateInstance(type)!)
        .OrderBy(scenario => scenario.Name, StringComparer.Ordinal);
}
