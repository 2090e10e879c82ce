using Microsoft.Extensions.Logging;
using Platform.Redis.Sealing;

namespace Platform.Redis.Idempotency;

/// <summary>What every endpoint that honours keys needs.</summary>
internal sealed class IdempotencyServices(
    IdempotencyStore store,
    IdempotencyHeartbeat heartbeat,
    IdempotencyDigests digests,
    IdempotencyProblems problems,
    IdempotencyMetrics metrics,
    SealerProvider sealers,
    TimeProvider time,
    ILogger<IdempotencyServices> logger)
{
    private int _toldThatAnswersDoNotOpen;

    public IdempotencyStore Store => store;

    public IdempotencyHeartbeat Heartbeat => heartbeat;

    public IdempotencyDigests Digests => digests;

    public IdempotencyProblems Problems => problems;

    public IdempotencyMetrics Metrics => metrics;

    public ValueSealer Sealer { get; } = sealers.For("idempotency.answer");

    public TimeProvider Time => time;

    public void TellThatAnswersDoNotOpen()
    {
        if (Interlocked.Exchange(ref _toldThatAnswersDoNotOpen, 1) == 0)
        {
            logger.AnswersDoNotOpen();
        }
    }
}
