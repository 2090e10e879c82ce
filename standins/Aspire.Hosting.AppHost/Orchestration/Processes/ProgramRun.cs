namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>Programs that are run to their end for what they answer.</summary>
internal static class ProgramRun
{
    public static async Task<ProgramResult> RunAsync(ProcessSpec spec, TimeSpan limit, Action<OutputLine>? output, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        await using var process = ChildProcess.Start(spec, line =>
        {
            output?.Invoke(line);
            lock (lines)
            {
                if (lines.Count < 1000)
                {
                    lines.Add(line.Text);
                }
            }
        });
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limit);
        try
        {
            var exitCode = await process.Exited.WaitAsync(timer.Token).ConfigureAwait(false);
            lock (lines)
            {
                return new ProgramResult(exitCode, [.. lines]);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProgramResult(ProgramResult.TimedOut, [.. lines, $"It did not end in {limit.TotalSeconds:0} s."]);
        }
    }
}

internal sealed record ProgramResult(int ExitCode, IReadOnlyList<string> Output)
{
    public const int TimedOut = -1;

    public bool Succeeded => ExitCode == 0;
}
