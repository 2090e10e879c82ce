using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace StandIns.Clients.Tests.Telemetry;

public sealed class DiagnosticListeningTests
{
    private const string SourceName = "HttpHandlerDiagnosticListener";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The runtime tells of a new source under a lock of its own, which ending a subscription takes as well. Here one application starts while the
    /// tracing of another ends: neither may wait for the other.
    /// </summary>
    [Fact]
    public void Disposed_WhileASourceAppears_BothGoOn()
    {
        var provider = Sdk.CreateTracerProviderBuilder().AddHttpClientInstrumentation().Build();
        var dispose = new Thread(() => provider.Dispose()) { IsBackground = true };
        var appear = new Thread(() => new DiagnosticListener(SourceName).Dispose()) { IsBackground = true };
        var subscription = DiagnosticListener.AllListeners.Subscribe(new Gate(appear, dispose));
        appear.Start();

        Assert.True(appear.Join(Patience), "the source waits for tracing that ends");
        Assert.True(dispose.Join(Patience), "tracing does not end");
        subscription.Dispose();
    }

    /// <summary>Subscribed last, it hears of the new source first: it lets tracing end, and goes on once that waits for the runtime's lock.</summary>
    private sealed class Gate(Thread appear, Thread dispose) : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (Thread.CurrentThread == appear)
            {
                dispose.Start();
                SpinWait.SpinUntil(() => dispose.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin), Patience);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
