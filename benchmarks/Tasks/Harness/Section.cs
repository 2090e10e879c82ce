namespace Platform.Benchmarks.Tasks.Harness;

/// <summary>Something that floors, engine and peers each do in their way.</summary>
internal abstract class Section
{
    public abstract string Name { get; }

    public abstract IReadOnlyList<Goal> Goals { get; }

    public abstract IReadOnlyList<Candidate> Candidates(Bench bench);
}
