using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Platform.Contracts;
using Platform.Contracts.Mail;
using Platform.Contracts.Notifications;
using Platform.Redis;
using Platform.Redis.Consumers;
using Platform.Redis.Events;
using Platform.ServiceDefaults.Http;
using StackExchange.Redis;
using UserService.Keys;
using UserService.Mail;

namespace UserService.Outbox;

/// <summary>Delivers what <see cref="Outbox"/> keeps. A message's id makes a repeated delivery known to the receiver.</summary>
internal sealed class OutboxWorker(
    RedisStore redis, EventStreams events, UserKeys keys, Secrets secrets, NotificationsClient notifications, MailClient mail,
    IServiceScopeFactory scopes, TimeProvider time, ILogger<OutboxWorker> logger)
    : StreamDispatcher(redis, events, keys.Outbox, new StreamDispatcherOptions("outbox"), time, logger)
{
    private static readonly ActivitySource Source = new("UserService");

    /// <summary>Later than this, a message is no news any more.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    protected override async Task<bool> TryDeliverAsync(StreamEntry entry, CancellationToken cancellationToken)
    {
        if (Read(entry) is not { } message)
        {
            logger.OutboxMessageNotRead();
            return true;
        }

        using var activity = StartActivity(entry["traceparent"]);
        try
        {
            await DeliverAsync(message, (string)entry["id"]!, cancellationToken);
            return true;
        }
        catch (RemoteCallException exception) when (exception.IsRefusal())
        {
            logger.OutboxMessageRefused(exception.Service, (int)exception.Status, exception.Code);
            return true;
        }
        catch (Exception exception) when (exception.IsAbsence(cancellationToken))
        {
            if (Time.GetUtcNow() - WrittenAt(entry) < Longest)
            {
                return false;
            }

            logger.OutboxMessageTooOld();
            return true;
        }
    }

    private async Task DeliverAsync(OutboxMessage message, string id, CancellationToken cancellationToken)
    {
        if (message.Notification is { } notification)
        {
            await notifications.SendAsync(notification with { DedupeKey = id }, cancellationToken);
        }

        if (message.Mail is { } email)
        {
            await mail.SendAsync(email with { DedupeKey = id }, cancellationToken);
        }

        if (message.Errand is { } errand)
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<MailErrands>().RunAsync(errand, cancellationToken);
        }
    }

    private static DateTimeOffset WrittenAt(StreamEntry entry) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)EventPosition.Parse(entry.Id!).Time);

    /// <summary>Delivery goes on in the trace of the request that the message comes from.</summary>
    private static Activity? StartActivity(string? traceParent)
    {
        Activity.Current = null;
        return Source.StartActivity(
            "outbox deliver", ActivityKind.Producer,
            ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var request) ? request : default);
    }

    private OutboxMessage? Read(StreamEntry entry)
    {
        if ((string?)entry["id"] is not { } id || (byte[]?)entry["message"] is not { } content)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<OutboxMessage>(secrets.Outbox.Open(content, id), JsonDefaults.Options);
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException)
        {
            return null;
        }
    }
}
