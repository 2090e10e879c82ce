namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>What to start: one program, everything it is given, and nothing that is found out later.</summary>
internal sealed record ProcessSpec
{
    public required string FileName { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public string? WorkingDirectory { get; init; }

    /// <summary>Set on top of the inherited environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Written to the program's standard input, which is then closed: the way to hand over what must not be in the process list.</summary>
    public string? StandardInput { get; init; }
}
