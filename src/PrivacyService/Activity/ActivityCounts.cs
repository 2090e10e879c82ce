using System.Globalization;

namespace PrivacyService.Activity;

/// <summary>What a batch of calls adds to one hash of counts. Not safe for concurrent use.</summary>
internal sealed class ActivityCounts
{
    public const string Calls = "calls";
    public const string Values = "values";
    public const string Missing = "missing";
    public const string Types = "type";
    public const string Codes = "code";
    public const string Microseconds = "us";
    public const string Durations = "bucket";
    public const string Expiring = "expires";

    private readonly SortedDictionary<string, long> _fields = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Fields => _fields;

    public void Add(ActivityRecord record)
    {
        var kind = Word(record.Kind);
        Add($"{Calls}:{kind}:{Word(record.Outcome)}", 1);
        Add($"{Values}:{kind}", record.Values);
        Add($"{Missing}:{kind}", record.Missing);
        Add($"{Microseconds}:{kind}", (long)(record.Milliseconds * 1000));
        Add(string.Create(CultureInfo.InvariantCulture, $"{Durations}:{kind}:{DurationBuckets.Of(record.Milliseconds)}"), 1);
        foreach (var (type, times) in record.Types)
        {
            Add($"{Types}:{type}", times);
        }

        if (record.Code is { } code)
        {
            Add($"{Codes}:{code}", 1);
        }
    }

    /// <summary>Documents that can be had back until some minute (since 1970): so their number is known at any time, and mends itself.</summary>
    public void AddExpiring(long minute) => Add(string.Create(CultureInfo.InvariantCulture, $"{Expiring}:{minute}"), 1);

    public static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private void Add(string field, long times)
    {
        if (times != 0)
        {
            _fields[field] = _fields.GetValueOrDefault(field) + times;
        }
    }
}
