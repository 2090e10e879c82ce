using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Platform.Tasks;

/// <summary>How tasks are accepted, run and kept. An empty configuration is a correct one.</summary>
public sealed partial class TasksOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string SectionName = "Tasks";

    /// <summary>The queues there are: the same for all who enqueue and all who work.</summary>
    /// <value>Default: <c>default</c>. Tasks go to the first where nothing else is said.</value>
    public IList<string> Queues { get; } = [];

    /// <summary>The queues whose tasks this process runs.</summary>
    /// <value>
    /// Default: the first. What a worker does not know the type of it gives up, so a queue is served only by those who know all types that wait there:
    /// a service that knows some serves a queue of its own.
    /// </value>
    public IList<string> Serves { get; } = [];

    /// <summary>How many tasks this process runs at once.</summary>
    /// <value>Default: twice the number of processors.</value>
    [Range(1, 1000)]
    public int Concurrency { get; set; } = 2 * Environment.ProcessorCount;

    /// <summary>After this long without a sign of its worker a task is claimed by another.</summary>
    /// <value>Default: 15 s. It is renewed, and claims are looked for, three times as often.</value>
    [Range(typeof(TimeSpan), "00:00:00.5", "01:00:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often an idle worker looks into the queue when no wake-up came.</summary>
    /// <value>Default: 1 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a task is begun, dead workers included, before it is given up.</summary>
    /// <value>Default: 5.</value>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The wait before the second attempt; it doubles with each further one.</summary>
    /// <value>Default: 2 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan RetryBaseDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait before another attempt.</summary>
    /// <value>Default: 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan RetryMaxDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long running tasks may go on when the process is told to stop, before they are handed back.</summary>
    /// <value>Default: 3 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long an attempt waits for a service that it needs before it is given back.</summary>
    /// <value>Default: 2 min.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DependencyPatience { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How many of a person's tasks are in the lanes or run at once; their others wait behind them, so that one who submits very many holds up
    /// nobody else.
    /// </summary>
    /// <value>Default: 16.</value>
    [Range(1, 10_000)]
    public int TurnsPerUser { get; set; } = 16;

    /// <summary>
    /// How often tasks of a queue may be begun, over all workers together: the name of the queue, and that of one of <c>RateLimiting:Policies</c>.
    /// </summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> QueueLimits { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The largest file of records, in bytes.</summary>
    /// <value>Default: 64 MiB.</value>
    [Range(1L, 1L << 40)]
    public long UploadLimit { get; set; } = 64 * 1024 * 1024;

    /// <summary>The largest payload, in bytes. What is larger than 256 KiB does not lie with its task, but aside.</summary>
    /// <value>Default: 16 MiB.</value>
    [Range(256L * 1024, 1L << 30)]
    public long PayloadLimit { get; set; } = 16 * 1024 * 1024;

    /// <summary>How many bytes of large payloads a person may have aside, of tasks that wait, run or can be tried again. Administrators and services may have any number.</summary>
    /// <value>Default: 64 MiB.</value>
    [Range(256L * 1024, 1L << 30)]
    public long AsidePerUser { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many of a person's tasks may wait and run at once, those of a later time and those that depend on others too. Administrators and services may have any number.</summary>
    /// <value>Default: 10,000.</value>
    [Range(1, 1_000_000)]
    public int OpenPerUser { get; set; } = 10_000;

    /// <summary>How long records wait for their task, counted from the submit or the last sign of progress.</summary>
    /// <value>Default: 24 h.</value>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan InputRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a result can be fetched.</summary>
    /// <value>Default: 24 h.</value>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan ResultRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a task that ended is remembered.</summary>
    /// <value>Default: 7 days.</value>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan HistoryRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The secret with which sensitive values in payloads are sealed, and digests are made of keys and of what makes tasks the same. All who enqueue and run
    /// tasks have the same.
    /// </summary>
    /// <value>Default: <c>Sealing:Key</c> where the tasks are the service's own. Other services need none while no payload has anything sensitive.</value>
    public string? SealingKey { get; set; }

    internal IReadOnlyList<string> QueueNames => Queues.Count == 0 ? ["default"] : [.. Queues.Distinct(StringComparer.Ordinal)];

    internal IReadOnlyList<string> ServedNames => Serves.Count == 0 ? [QueueNames[0]] : [.. Serves.Distinct(StringComparer.Ordinal)];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Queues.FirstOrDefault(name => !QueueName().IsMatch(name)) is { } wrong)
        {
            yield return new ValidationResult($"Tasks:Queues must not hold '{wrong}': a name is 1 to 32 of a-z, 0-9 and -.", [nameof(Queues)]);
        }

        if (Serves.FirstOrDefault(name => !QueueNames.Contains(name)) is { } unknown)
        {
            yield return new ValidationResult(
                $"Tasks:Serves must not hold '{unknown}': Tasks:Queues has {string.Join(", ", QueueNames)}.", [nameof(Serves)]);
        }

        if (RetryBaseDelay > RetryMaxDelay)
        {
            yield return new ValidationResult("Tasks:RetryBaseDelay must not be longer than Tasks:RetryMaxDelay.", [nameof(RetryBaseDelay)]);
        }

        if (PayloadLimit > AsidePerUser)
        {
            yield return new ValidationResult("Tasks:AsidePerUser must not be less than Tasks:PayloadLimit.", [nameof(AsidePerUser)]);
        }

        if (ResultRetention > HistoryRetention)
        {
            yield return new ValidationResult("Tasks:ResultRetention must not be longer than Tasks:HistoryRetention.", [nameof(ResultRetention)]);
        }
    }

    [GeneratedRegex("^[a-z0-9-]{1,32}$")]
    private static partial Regex QueueName();
}
