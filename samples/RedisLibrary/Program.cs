using System.Net.ServerSentEvents;
using Microsoft.Extensions.Caching.Hybrid;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.Redis.Keys;
using Platform.Redis.Leases;
using Platform.Redis.RateLimiting;
using RedisLibrary;
using StackExchange.Redis;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformRedis("redis", ShopKeys.Registry).AddCaching().AddLeases()
    .AddIdempotency(options => options.Caller = _ => "guest") // Where people sign in, leave this out: keys are theirs.
    .AddRateLimiting(limits => limits.Policies["per-address"] = new() { Limit = 20, By = RateLimitBy.Address, Global = true });

var app = builder.Build();
app.UseExceptionHandler();
app.UseRateLimiter();
app.MapGuarantees();
app.MapGet("/alive", () => "alive").DisableRateLimiting();

// Computed once for all instances, then answered from memory.
app.MapGet("/prices/{item}", (string item, HybridCache cache, CancellationToken cancelled) => cache.GetOrCreateAsync(
    $"prices:{item}", _ => ValueTask.FromResult(new Price(item, item.Length, DateTimeOffset.UtcNow)), cancellationToken: cancelled));

// Carried out once for each Idempotency-Key, and told to whoever follows the orders.
app.MapPost("/orders", async (Order order, EventStreams events, Keyspace keys, CancellationToken cancelled) =>
{
    var id = await events.AppendAsync(keys.Key(ShopKeys.Orders, "all"), [new("item", order.Item)], new(1_000, TimeSpan.FromDays(1)), cancelled);
    return TypedResults.Created($"/orders/{id}", order);
}).WithIdempotency(options => options.Required = true);

// Server-sent events that any instance can resume.
app.MapGet("/orders/stream", (HttpRequest request, EventStreams events, Keyspace keys, CancellationToken cancelled) =>
    TypedResults.ServerSentEvents(events.ReadAsync(keys.Key(ShopKeys.Orders, "all"), request.Headers["Last-Event-ID"], cancelled)
        .Select(entry => new SseItem<string>(entry.Fields[0].Value.ToString(), entry.Kind.ToString()) { EventId = entry.Id })));

// Exclusive, and without effect where the lease was lost on the way.
app.MapPost("/stocktaking", async (ILeases leases, FencedRecords records, Keyspace keys, CancellationToken cancelled) =>
{
    await using var lease = await leases.TryAcquireAsync("stocktaking", TimeSpan.FromSeconds(30), cancelled);
    HashEntry[] taken = [new("at", DateTimeOffset.UtcNow.ToUnixTimeSeconds())];
    return lease is not null && await records.WriteAsync(keys.Key(ShopKeys.Stock, "all"), lease.Fence, taken, TimeSpan.FromDays(1), cancelled)
        ? Results.Ok(new { lease.Fence }) : Results.Conflict();
});

app.Run();

internal sealed record Order(string Item);

internal sealed record Price(string Item, int Amount, DateTimeOffset At);
