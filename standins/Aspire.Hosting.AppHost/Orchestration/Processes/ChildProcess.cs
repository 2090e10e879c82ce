using System.ComponentModel;
using System.Diagnostics;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>One started program, its output read line by line, its descendants ended with it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // Output that is still in the pipe when the program ends is read; a descendant that keeps the pipe open is not waited for.
    private static readonly TimeSpan OutputDrainTime = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly CancellationTokenSource _draining = new();

    private ChildProcess(Process process, Action<OutputLine> output, string? standardInput)
    {
        _process = process;
        Id = process.Id;
        Exited = RunAsync(output, standardInput);
    }

    public int Id { get; }

    /// <summary>The exit code, once the program and the rest of its group are gone. 128 + n for a program ended by signal n.</summary>
    public Task<int> Exited { get; }

    /// <exception cref="ProcessStartException">The program cannot be started; the message says why.</exception>
    public static ChildProcess Start(ProcessSpec spec, Action<OutputLine> output)
    {
        if (spec.WorkingDirectory is { } directory && !Directory.Exists(directory))
        {
            throw new ProcessStartException($"The working directory '{directory}' does not exist.");
        }

        var program = ProgramPath.Find(spec.FileName, spec.WorkingDirectory)
            ?? throw new ProcessStartException($"The program '{spec.FileName}' was not found or is not executable.");
        var (fileName, arguments) = ProcessGroup.Wrap(program, spec.Arguments);
        var start = new ProcessStartInfo(fileName, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        if (OperatingSystem.IsWindows())
        {
            start.CreateNewProcessGroup = true;
        }

        if (spec.WorkingDirectory is not null)
        {
            start.WorkingDirectory = spec.WorkingDirectory;
        }

        InheritedEnvironment.Trim(start.Environment);
        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            OrphanWatchdog.Shared.Prepare();
            var process = Process.Start(start) ?? throw new ProcessStartException($"The program '{program}' did not start.");
            OrphanWatchdog.Shared.Watch(process.Id);
            return new ChildProcess(process, output, spec.StandardInput);
        }
        catch (Win32Exception exception)
        {
            throw new ProcessStartException($"The program '{program}' cannot be started: {exception.Message}", exception);
        }
    }

    /// <summary>Asks the program to end, and ends it after the grace time.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (!Exited.IsCompleted && grace > TimeSpan.Zero && ProcessGroup.Terminate(Id))
        {
            await Task.WhenAny(Exited, Task.Delay(grace)).ConfigureAwait(false);
        }

        Kill();
        await Exited.ConfigureAwait(false);
    }

    public void Kill()
    {
        if (Exited.IsCompleted)
        {
            return;
        }

        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Already gone, or a descendant that may not be signalled: the group is ended below.
        }

        ProcessGroup.KillRemains(Id);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _process.Dispose();
        _draining.Dispose();
    }

    private async Task<int> RunAsync(Action<OutputLine> output, string? standardInput)
    {
        var reading = Task.WhenAll(
            OutputReader.ReadLinesAsync(_process.StandardOutput.BaseStream, text => output(new(text, IsError: false)), _draining.Token),
            OutputReader.ReadLinesAsync(_process.StandardError.BaseStream, text => output(new(text, IsError: true)), _draining.Token));
        await WriteInputAsync(standardInput).ConfigureAwait(false);
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);

        ProcessGroup.KillRemains(Id);
        OrphanWatchdog.Shared.Forget(Id);
        _draining.CancelAfter(OutputDrainTime);
        await reading.ConfigureAwait(false);
        return _process.ExitCode;
    }

    private async Task WriteInputAsync(string? standardInput)
    {
        try
        {
            await _process.StandardInput.WriteAsync(standardInput).ConfigureAwait(false);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended or closed its input unread; its exit code and output tell the story.
        }
    }
}
