using System.ComponentModel;

namespace PrivacyService.Activity;

/// <summary>Calls in numbers. What a process that was killed had not yet written, of its last moments, is missing.</summary>
/// <param name="Storage">Where pseudonyms are kept, and how many.</param>
/// <param name="Totals">Since ever; of a person, since they last paused for 30 days.</param>
/// <param name="Kinds">The same for each kind of call.</param>
/// <param name="Types">How many were found of each type.</param>
/// <param name="Codes">How often a call ended with which problem.</param>
/// <param name="Days">The last 30 days in UTC, oldest first; administrators only.</param>
internal sealed record StatisticsResponse(
    StorageResponse Storage, CallsResponse Totals, IReadOnlyDictionary<string, CallsResponse> Kinds, IReadOnlyDictionary<string, long> Types,
    IReadOnlyDictionary<string, long> Codes, IReadOnlyList<DayResponse>? Days)
{
    public static StatisticsResponse Of(StorageResponse storage, StatisticsPart totals, IReadOnlyList<DayResponse>? days) => new(
        storage, CallsResponse.Of(totals, kind: null),
        Enum.GetValues<ActivityKind>().ToDictionary(ActivityCounts.Word, kind => CallsResponse.Of(totals, kind)),
        totals.By(ActivityCounts.Types), totals.By(ActivityCounts.Codes), days);
}

internal sealed record StorageResponse(
    [property: Description("Always redis: nothing is kept elsewhere.")] string StorageType,
    [property: Description("True: without Redis there is no answer.")] bool Connected,
    [property: Description("How long originals are kept when a call does not say, in seconds.")] long TtlSeconds,
    [property: Description("Documents that are kept by their pseudonymId. One that is removed or erased counts until its time would have been up.")] long ActivePseudonyms,
    [property: Description("Redis itself; administrators only, and null where it does not say.")] RedisResponse? RedisInfo);

internal sealed record RedisResponse(string? UsedMemoryHuman, long? ConnectedClients, long? UptimeInDays);

internal sealed record CallsResponse(
    long Calls, long Success, long Refused, long Residual, long Failed,
    [property: Description("Values replaced or put back.")] long Values,
    [property: Description("Pseudonyms that had no original.")] long Missing,
    [property: Description("Milliseconds; null where nothing was measured.")] double? Mean,
    [property: Description("Milliseconds that half of the calls did not exceed, right to a fifth.")] double? P50,
    [property: Description("Milliseconds that 95 of 100 did not exceed.")] double? P95,
    [property: Description("Milliseconds that 99 of 100 did not exceed.")] double? P99)
{
    public static CallsResponse Of(StatisticsPart part, ActivityKind? kind)
    {
        var (calls, durations) = (part.Calls(kind, outcome: null), part.Durations(kind));
        return new CallsResponse(
            calls, part.Calls(kind, ActivityOutcome.Success), part.Calls(kind, ActivityOutcome.Refused), part.Calls(kind, ActivityOutcome.Residual),
            part.Calls(kind, ActivityOutcome.Failed), part.Sum(ActivityCounts.Values, kind), part.Sum(ActivityCounts.Missing, kind),
            calls == 0 ? null : Math.Round(part.Sum(ActivityCounts.Microseconds, kind) / 1000.0 / calls, 3),
            DurationBuckets.Percentile(durations, 0.5), DurationBuckets.Percentile(durations, 0.95), DurationBuckets.Percentile(durations, 0.99));
    }
}

/// <param name="Day">In UTC.</param>
/// <param name="Calls">What was called.</param>
/// <param name="Types">How many were found of each type.</param>
internal sealed record DayResponse(DateOnly Day, CallsResponse Calls, IReadOnlyDictionary<string, long> Types);
