using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>
/// Decides where a flush on an idle output continues: on the flushing thread when nothing is known to be in flight, so that
/// a lone command pays no hop, else on the given scheduler, where what others flush meanwhile travels in the same packet.
/// </summary>
internal sealed class SendScheduler(Transport transport, PipeScheduler scheduler, bool alwaysInline) : PipeScheduler
{
    public override void Schedule(Action<object?> action, object? state)
    {
        if (transport.TakeHeardSinceSend() || alwaysInline)
        {
            action(state);
        }
        else
        {
            scheduler.Schedule(action, state);
        }
    }
}
