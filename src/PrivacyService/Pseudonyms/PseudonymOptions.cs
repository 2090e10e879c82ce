using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace PrivacyService.Pseudonyms;

/// <summary>Bounds of pseudonyms.</summary>
internal sealed class PseudonymOptions
{
    public const string SectionName = "Privacy:Pseudonyms";

    /// <summary>How long originals can be had back when a call does not say.</summary>
    /// <value>24 hours.</value>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan DefaultTimeToLive { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The least that a call may ask for.</summary>
    /// <value>One minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan ShortestTimeToLive { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The most that a call may ask for.</summary>
    /// <value>7 days, which is also the most that can be set.</value>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan LongestTimeToLive { get; set; } = PrivacyKeys.LongestLife;

    /// <summary>Distinct values that one call may replace.</summary>
    /// <value>100,000.</value>
    [Range(1, 1_000_000)]
    public int MostValuesPerCall { get; set; } = 100_000;

    /// <summary>A scope with this many values takes no further call.</summary>
    /// <value>1,000,000, some 120 MB of Redis.</value>
    [Range(1, 100_000_000)]
    public int MostValuesPerScope { get; set; } = 1_000_000;
}

[OptionsValidator]
internal sealed partial class PseudonymOptionsValidator : IValidateOptions<PseudonymOptions>;
