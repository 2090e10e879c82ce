namespace Platform.Redis.Sealing;

/// <summary>The secret from which every sealing key is derived; the section <c>Sealing</c>. Checked when the application starts.</summary>
public sealed class SealingOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Sealing";

    /// <summary>The fewest characters of <see cref="Key"/>: 128 bits of a generated secret.</summary>
    public const int ShortestKey = 22;

    /// <summary>The secret text. The same on every instance of a service; whoever loses it loses what was sealed.</summary>
    public string Key { get; set; } = "";
}
