using System.Diagnostics.CodeAnalysis;
using Polly;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>
/// Sends requests through a resilience pipeline. Every attempt sends the same message again: content that can be read only once
/// can be sent only once, and its second attempt fails.
/// </summary>
[Experimental("EXTEXP0001")]
public class ResilienceHandler : DelegatingHandler
{
    private readonly Func<HttpRequestMessage, ResiliencePipeline<HttpResponseMessage>> _pipelineProvider;

    /// <summary>Creates a handler that chooses a pipeline per request.</summary>
    public ResilienceHandler(Func<HttpRequestMessage, ResiliencePipeline<HttpResponseMessage>> pipelineProvider)
    {
        ArgumentNullException.ThrowIfNull(pipelineProvider);
        _pipelineProvider = pipelineProvider;
    }

    /// <summary>Creates a handler with one pipeline.</summary>
    public ResilienceHandler(ResiliencePipeline<HttpResponseMessage> pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        _pipelineProvider = _ => pipeline;
    }

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        var pipeline = _pipelineProvider(request);
        using var scope = new ContextScope(request, cancellationToken);

        var outcome = await pipeline.ExecuteOutcomeAsync(
            static async (context, handler) =>
            {
                try
                {
                    var message = Prepare(context);
                    return Outcome.FromResult(await handler.SendOnceAsync(message, context.CancellationToken)
                        .ConfigureAwait(context.ContinueOnCapturedContext));
                }
                catch (Exception exception)
                {
                    return Outcome.FromException<HttpResponseMessage>(exception);
                }
            },
            scope.Context,
            this).ConfigureAwait(scope.Context.ContinueOnCapturedContext);

        outcome.ThrowIfException();
        return outcome.Result!;
    }

    /// <inheritdoc />
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        var pipeline = _pipelineProvider(request);
        using var scope = new ContextScope(request, cancellationToken);
        return pipeline.Execute(
            static (context, handler) => handler.SendOnce(Prepare(context), context.CancellationToken), scope.Context, this);
    }

    /// <summary>Strategies may give the execution another context: handlers further in must find that one on the message.</summary>
    private static HttpRequestMessage Prepare(ResilienceContext context)
    {
        var message = context.Properties.GetValue(ResilienceKeys.RequestMessage, defaultValue: null)
            ?? throw new InvalidOperationException("The HTTP request message is not in the resilience context.");
        message.SetResilienceContext(context);
        return message;
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => base.SendAsync(request, cancellationToken);

    private HttpResponseMessage SendOnce(HttpRequestMessage request, CancellationToken cancellationToken)
        => base.Send(request, cancellationToken);

    /// <summary>Uses the context that the message carries, or lends it one for as long as it is being sent.</summary>
    private readonly struct ContextScope : IDisposable
    {
        private readonly HttpRequestMessage _request;
        private readonly bool _lent;

        public ContextScope(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _request = request;
            var existing = request.GetResilienceContext();
            _lent = existing is null;
            Context = existing ?? ResilienceContextPool.Shared.Get(cancellationToken);
            Context.Properties.Set(ResilienceKeys.RequestMessage, request);
        }

        public ResilienceContext Context { get; }

        public void Dispose()
        {
            _request.SetResilienceContext(_lent ? null : Context);
            if (_lent)
            {
                ResilienceContextPool.Shared.Return(Context);
            }
        }
    }
}
