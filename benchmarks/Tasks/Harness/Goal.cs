namespace Platform.Benchmarks.Tasks.Harness;

/// <summary>What is compared.</summary>
internal enum Measure
{
    Rate,
    P50,
    P99,

    /// <summary>Requests for each task, by themselves.</summary>
    Sent,
}

/// <summary>What a group must reach beside another: at least so much of its rate, or at most so much of its latency.</summary>
/// <param name="Group">Of the engine.</param>
/// <param name="Beside">The other; empty where the measure stands by itself.</param>
/// <param name="Measure">What is compared.</param>
/// <param name="Bound">The median ratio of all rounds, each taken within its round.</param>
internal sealed record Goal(string Group, string Beside, Measure Measure, double Bound)
{
    // Of requests: the connection's own traffic stands beside thousands of tasks.
    public bool IsMet(double value) => Measure switch
    {
        Measure.Rate => value >= Bound,
        Measure.Sent => value <= Bound * 1.02,
        _ => value <= Bound,
    };
}
