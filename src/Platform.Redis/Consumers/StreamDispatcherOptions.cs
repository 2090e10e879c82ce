namespace Platform.Redis.Consumers;

/// <summary>How a <see cref="StreamDispatcher"/> goes about its work.</summary>
/// <param name="Operation">What its reads are called in traces and metrics, as in <c>outbox</c>.</param>
public sealed record StreamDispatcherOptions(string Operation)
{
    /// <summary>What a replica was given and has not finished after this long is taken over by another. Longer than a delivery takes.</summary>
    /// <value>Default: 30 s.</value>
    public TimeSpan ClaimAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many messages are read at once.</summary>
    /// <value>Default: 32.</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>How many are delivered at the same time.</summary>
    /// <value>Default: 4.</value>
    public int Parallelism { get; init; } = 4;

    /// <summary>How long it waits after the first failure of a row; each further one doubles it.</summary>
    /// <value>Default: 500 ms.</value>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest it waits after a failure.</summary>
    /// <value>Default: 30 s.</value>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it looks without being woken: what a lost wake-up costs.</summary>
    /// <value>Default: 1 s.</value>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);
}
