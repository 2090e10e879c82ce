using Microsoft.AspNetCore.Identity;
using Platform.Redis;
using Platform.Redis.RateLimiting;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using UserService.Outbox;
using UserService.Sessions;

namespace UserService.Mail;

/// <summary>Where requests leave their errands.</summary>
internal sealed class MailDesk(
    Outbox.Outbox outbox, SecurityNotices notices, SessionStore sessions, IRateLimits limits, ILookupNormalizer normalizer,
    IHttpContextAccessor contexts, ILogger<MailDesk> logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    /// <summary>Who asks, in words for an e-mail, such as <c>Firefox on Linux at 203.0.113.7</c>.</summary>
    public string Asker => contexts.HttpContext is { } context && Device.Of(context, name: null) is var device
        ? $"{device.Name}{(device.Address is null ? "" : $" at {device.Address}")}" : "Platform itself";

    /// <summary>What the caller calls the device that asks, where signed in. Never fails its caller: it is only to be told.</summary>
    public async Task<string?> DeviceNameAsync()
    {
        if (contexts.HttpContext?.User is not { Identity.IsAuthenticated: true } caller || caller.IsService())
        {
            return null;
        }

        try
        {
            return (await sessions.DeviceOfAsync(caller.UserId(), caller.SessionId(), CancellationToken.None))?.Name;
        }
        catch (RedisUnavailableException)
        {
            return null;
        }
    }

    /// <summary>
    /// Keeps an errand until it is run, which is soon. An address is written to only so often, and so is anybody for one person: beyond that the errand is dropped, and nobody is told,
    /// since others than its owner may be asking.
    /// </summary>
    /// <param name="asker">Whoever is signed in and asks: an account's id.</param>
    public async Task LeaveAsync(MailErrand errand, string address, CancellationToken cancellationToken, string? asker = null)
    {
        if (asker is not null
            && !(await limits.CheckPolicyAsync(RateLimitPolicies.MailBy, asker, 1, cancellationToken)).Allowed)
        {
            logger.MailNotSent();
            return;
        }

        // Each kind apart: whoever uses up one does not keep the owner from the others.
        var key = $"{errand.GetType().Name} {normalizer.NormalizeEmail(address)}";
        var permit = await limits.CheckPolicyAsync(RateLimitPolicies.MailTo, key, 1, cancellationToken);
        if (!permit.Allowed)
        {
            logger.MailNotSent();
            return;
        }

        if (!await outbox.SendAsync(new OutboxMessage { Errand = errand }, cancellationToken))
        {
            throw Problems.Unavailable(RetryAfter, "outbox_full", "Too many e-mails wait", "Try again after the time in Retry-After.");
        }
    }

    /// <summary>Tells somebody, in their inbox and by e-mail, what was done. Never fails its caller: it has been done.</summary>
    public async Task TellAsync(string userId, SecurityNotice notice, MailErrand errand)
    {
        await notices.SendAsync(userId, notice);
        try
        {
            await outbox.SendAsync(new OutboxMessage { Errand = errand }, CancellationToken.None);
        }
        catch (RedisUnavailableException)
        {
            logger.MailNotKept();
        }
    }
}
