namespace Platform.Redis.Health;

/// <param name="Primaries">What became of each; one where Redis is one server.</param>
internal sealed record ProbeOutcome(IReadOnlyList<PrimaryOutcome> Primaries)
{
    public const int AllOperations = 4;

    /// <summary>A probe that did not come to ask anybody.</summary>
    public ProbeOutcome(Exception failure, TimeSpan latency)
        : this([new PrimaryOutcome(null, [], latency, failure, null)])
    {
    }

    /// <summary>Those that worked everywhere: <c>ping</c>, <c>set</c>, <c>get</c>, <c>delete</c>.</summary>
    public IReadOnlyList<string> Operations { get; } = Primaries.Count == 0
        ? []
        : [.. Primaries.Select(primary => primary.Operations).Aggregate(static (all, some) => [.. all.Intersect(some)])];

    public bool Connected => Primaries.Any(primary => primary.Operations.Count > 0);

    public bool AnyWorks => Primaries.Any(primary => primary.Works);

    /// <summary>Of the slowest that answered.</summary>
    public TimeSpan Latency => Primaries.Where(primary => primary.Operations.Count > 0).Select(primary => primary.Latency)
        .DefaultIfEmpty(Primaries.Count > 0 ? Primaries[0].Latency : TimeSpan.Zero).Max();

    /// <summary>The first failure, if any.</summary>
    public Exception? Failure => Primaries.Select(primary => primary.Failure).FirstOrDefault(failure => failure is not null);

    public IEnumerable<PrimaryOutcome> Away => Primaries.Where(primary => !primary.Works);
}

/// <param name="Name">Its address; null where Redis is one server.</param>
/// <param name="Operations">Those that worked.</param>
/// <param name="Latency">Of the first reply.</param>
/// <param name="Failure">The first failure, if any.</param>
/// <param name="Facts">What the server said about itself, if it was asked.</param>
internal sealed record PrimaryOutcome(
    string? Name, IReadOnlyList<string> Operations, TimeSpan Latency, Exception? Failure, ServerFacts? Facts)
{
    public bool Works => Operations.Count == ProbeOutcome.AllOperations;
}
