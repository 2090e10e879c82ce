using System.Globalization;
using Platform.Tasks.Handlers;

namespace Platform.WorkerApp;

/// <param name="Milliseconds">How long it takes.</param>
public sealed record EffectPayload(int Number, int Milliseconds);

/// <summary>Begins, takes its time, and takes effect once: however often it is run, the table has one row of it.</summary>
public sealed class EffectHandler(EffectTable table) : ITaskHandler<EffectPayload>
{
    public const string Type = "effect";

    public async Task<TaskOutcome> RunAsync(EffectPayload payload, TaskContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ArgumentNullException.ThrowIfNull(context);
        table.Begun(payload.Number, context.Attempt);
        await Task.Delay(payload.Milliseconds, cancellationToken);
        table.Effect(payload.Number);
        return TaskOutcome.None;
    }
}

/// <summary>What was begun, and what took effect: files, which outlive a killed process and know each row once.</summary>
public sealed class EffectTable : IDisposable
{
    private readonly string _effects;
    private readonly FileStream _begun;

    public EffectTable(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var directory = configuration["Ledger"] ?? throw new InvalidOperationException("Set Ledger to a directory.");
        _effects = Path.Combine(directory, "effects");
        _begun = new FileStream(
            Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"begun-{Environment.ProcessId}")), FileMode.Append, FileAccess.Write,
            FileShare.Read, bufferSize: 0);
    }

    /// <summary>Writes a line: number, attempt, and when, in milliseconds.</summary>
    public void Begun(int number, int attempt)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{number} {attempt} {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}\n");
        lock (_begun)
        {
            _begun.Write(System.Text.Encoding.ASCII.GetBytes(line));
        }
    }

    public void Effect(int number)
    {
        try
        {
            using var row = new FileStream(Path.Combine(_effects, number.ToString(CultureInfo.InvariantCulture)), FileMode.CreateNew);
        }
        catch (IOException)
        {
            // The row is there.
            return;
        }
    }

    public void Dispose() => _begun.Dispose();
}
