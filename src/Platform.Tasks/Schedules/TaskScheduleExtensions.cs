using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.ServiceDefaults.Http;
using Platform.Tasks.Client;

namespace Platform.Tasks.Schedules;

/// <summary>Registers tasks that are enqueued again and again.</summary>
public static partial class TaskScheduleExtensions
{
    /// <summary>
    /// Registers a schedule. It is written when the process starts; what an administrator changed, paused or deleted stays so, and where nobody
    /// did, a new release brings its new definition.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">Stable: 1 to 64 of a-z, 0-9 and -.</param>
    /// <param name="cron">Five fields, as in <c>0 3 * * *</c>, or <c>@daily</c> and its like.</param>
    /// <param name="timeZone">An IANA name, as in <c>Europe/Berlin</c> or <c>UTC</c>.</param>
    /// <param name="type">Of the tasks.</param>
    /// <param name="payload">What their handler is told; written as JSON.</param>
    /// <param name="options">Where the tasks wait and what becomes of runs that were missed; the defaults where it is null.</param>
    /// <exception cref="ArgumentException">Name, expression or zone are not valid; the message says what to change.</exception>
    public static IServiceCollection AddTaskSchedule<TPayload>(
        this IServiceCollection services, string name, string cron, string timeZone, string type, TPayload payload, TaskScheduleOptions? options = null)
        where TPayload : class
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(payload);
        if (!IsName(name))
        {
            throw new ArgumentException($"'{name}' is not the name of a schedule: use 1 to 64 of a-z, 0-9 and -.", nameof(name));
        }

        options ??= new TaskScheduleOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MissedRunsCap, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MissedRunsCap, ScheduleDefinition.HighestCap);
        try
        {
            if (!ScheduleTimes.Parse(cron, timeZone).After(DateTimeOffset.UnixEpoch).Any())
            {
                throw new CronFormatException("No date is ever like this.");
            }
        }
        catch (Exception exception) when (exception is CronFormatException or TimeZoneNotFoundException)
        {
            throw new ArgumentException($"The schedule '{name}' is not valid. {exception.Message}", exception);
        }

        return services.AddSingleton(new RegisteredSchedule(name, new ScheduleDefinition
        {
            Cron = cron,
            TimeZone = timeZone,
            Type = type,
            Payload = JsonSerializer.SerializeToElement(payload, JsonDefaults.Options),
            Queue = options.Queue ?? "",
            Priority = options.Priority,
            MissedRuns = options.MissedRuns,
            MissedRunsCap = options.MissedRunsCap,
        }, payload));
    }

    internal static bool IsName(string name) => Name().IsMatch(name);

    [GeneratedRegex(@"^[a-z0-9-]{1,64}\z")]
    private static partial Regex Name();
}

/// <summary>What holds for a schedule where the defaults are not what is wanted.</summary>
public sealed record TaskScheduleOptions
{
    /// <summary>One of the queues named in <c>Tasks:Queues</c>; the first where it is null.</summary>
    public string? Queue { get; init; }

    /// <summary>Which of the waiting tasks are taken first.</summary>
    public TaskPriority Priority { get; init; } = TaskPriority.Normal;

    /// <summary>What becomes of runs that were missed.</summary>
    public MissedRuns MissedRuns { get; init; } = MissedRuns.Once;

    /// <summary>Of missed runs that all happen, no more than the last so many do: 1 to 1,000.</summary>
    public int MissedRunsCap { get; init; } = ScheduleDefinition.DefaultCap;
}
