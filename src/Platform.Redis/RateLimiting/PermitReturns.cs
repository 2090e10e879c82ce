using System.Collections.Concurrent;

namespace Platform.Redis.RateLimiting;

/// <summary>Gives permits back: those that a request holds until it ends, and those that were taken for nothing.</summary>
internal sealed class PermitReturns(RateLimitClock clock, PermitScripts scripts)
{
    private readonly ConcurrentDictionary<HeldPermits, bool> _held = new();

    /// <summary>Concurrency permits to renew.</summary>
    public ICollection<HeldPermits> Held => _held.Keys;

    /// <summary>Keeps permits renewed until they are given back.</summary>
    public void Hold(HeldPermits held) => _held.TryAdd(held, true);

    /// <summary>The request ended: its concurrency permits are free again.</summary>
    public void Completed(RateLimitDecision decision)
    {
        foreach (ref var item in decision.Items.AsSpan(0, decision.Count))
        {
            if (item.Rule.IsConcurrency)
            {
                GiveBack(ref item);
            }
        }
    }

    /// <summary>The service failed the request: policies that say so give their permits back.</summary>
    public void Refund(RateLimitDecision decision)
    {
        foreach (ref var item in decision.Items.AsSpan(0, decision.Count))
        {
            if (item.Policy.Options.RefundServerErrors && !item.Rule.IsConcurrency)
            {
                GiveBack(ref item);
            }
        }
    }

    /// <summary>The question failed half way: whatever was taken goes back, and nothing is decided.</summary>
    public void Undo(RateLimitDecision decision)
    {
        foreach (ref var item in decision.Items.AsSpan(0, decision.Count))
        {
            GiveBack(ref item);
            item.Settled = item.Refused = false;
        }
    }

    /// <summary>Gives back what one policy took, to where it came from.</summary>
    public void GiveBack(ref RateLimitItem item)
    {
        item.HeldIn?.Release(item.Cost);
        item.HeldIn = null;
        if (item.Held is { } held)
        {
            _held.TryRemove(held, out _);
            scripts.Release(held);
            item.Held = null;
        }
        else if (item.Taken > 0 && item.From is { } leased)
        {
            leased.PutBack(item.Taken);
        }
        else if (item.Taken > 0)
        {
            scripts.Return(item.State, item.Rule, item.Taken, item.ResetAt - clock.Now, item.Waited);
        }

        item.Taken = 0;
    }
}
