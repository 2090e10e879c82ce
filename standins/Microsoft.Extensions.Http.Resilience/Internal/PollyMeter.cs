using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Telemetry;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Reports what the strategies do, under the names that Polly's own telemetry uses.</summary>
internal sealed class PollyMeter : TelemetryListener
{
    private readonly Counter<int> _events;
    private readonly Histogram<double> _attempts;
    private readonly Histogram<double> _executions;
    private readonly ILogger _logger;

    public PollyMeter(IMeterFactory meters, ILoggerFactory loggers)
    {
        var meter = meters.Create("Polly", "1.0");
        _events = meter.CreateCounter<int>("resilience.polly.strategy.events", description: "The number of resilience events.");
        _attempts = meter.CreateHistogram<double>("resilience.polly.strategy.attempt.duration", "ms", "The duration of execution attempts.");
        _executions = meter.CreateHistogram<double>("resilience.polly.pipeline.duration", "ms", "The duration of resilience pipelines.");
        _logger = loggers.CreateLogger("Polly");
    }

    public override void Write<TResult, TArgs>(in TelemetryEventArguments<TResult, TArgs> args)
    {
        var name = args.Event.EventName;
        switch (args.Arguments)
        {
            case ExecutionAttemptArguments attempt when _attempts.Enabled:
                var attemptTags = Tags(args.Source, args.Event, args.Context, Error(args.Outcome));
                attemptTags.Add("attempt.number", attempt.AttemptNumber);
                attemptTags.Add("attempt.handled", attempt.Handled);
                _attempts.Record(attempt.Duration.TotalMilliseconds, attemptTags);
                break;
            case PipelineExecutedArguments executed when _executions.Enabled:
                _executions.Record(executed.Duration.TotalMilliseconds, Tags(args.Source, args.Event, args.Context, Error(args.Outcome)));
                break;
            case PipelineExecutedArguments or PipelineExecutingArguments or ExecutionAttemptArguments:
                break;
            default:
                Report(name, args.Source, args.Event, args.Context, Error(args.Outcome));
                break;
        }
    }

    private void Report(string name, ResilienceTelemetrySource source, ResilienceEvent resilienceEvent, ResilienceContext context, string? error)
    {
        if (_events.Enabled)
        {
            _events.Add(1, Tags(source, resilienceEvent, context, error));
        }

        var level = resilienceEvent.Severity switch
        {
            ResilienceEventSeverity.Error or ResilienceEventSeverity.Critical => LogLevel.Error,
            ResilienceEventSeverity.Warning => LogLevel.Warning,
            ResilienceEventSeverity.Information => LogLevel.Information,
            _ => LogLevel.Debug,
        };
        _logger.ResilienceEventOccurred(level, name, source.PipelineName, source.StrategyName, error);
    }

    private static TagList Tags(ResilienceTelemetrySource source, ResilienceEvent resilienceEvent, ResilienceContext context, string? error)
    {
        var tags = new TagList
        {
            { "event.name", resilienceEvent.EventName },
            { "event.severity", resilienceEvent.Severity.ToString() },
            { "pipeline.name", source.PipelineName },
            { "pipeline.instance", source.PipelineInstanceName },
            { "strategy.name", source.StrategyName },
            { "operation.key", context.OperationKey },
        };
        if (error is not null)
        {
            tags.Add("exception.type", error);
        }

        return tags;
    }

    private static string? Error<TResult>(Outcome<TResult>? outcome) => outcome?.Exception?.GetType().FullName;
}
