using System.ComponentModel.DataAnnotations;

namespace TaskService.ExportUserData;

/// <summary>What an export may take up. Redis keeps it as long as any result.</summary>
internal sealed class ExportUserDataOptions
{
    public const string SectionName = "ExportUserData";

    /// <summary>The largest archive, in bytes; an export that becomes larger fails.</summary>
    /// <value>Default: 64 MiB.</value>
    [Range(1024L, 1L << 40)]
    public long MaxBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many exports of one person are begun in 24 hours, whoever submits them.</summary>
    /// <value>Default: 5.</value>
    [Range(1, 100)]
    public int MostPerDay { get; set; } = 5;

    /// <summary>How long a service that has begun to tell may be silent.</summary>
    /// <value>Default: 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(30);
}
