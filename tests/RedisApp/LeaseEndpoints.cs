using Platform.Redis;
using Platform.Redis.Keys;
using Platform.Redis.Leases;
using StackExchange.Redis;

namespace Platform.RedisApp;

internal static class LeaseEndpoints
{
    private static readonly TimeSpan RecordLife = TimeSpan.FromMinutes(10);

    public static void MapLeaseEndpoints(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/leases/{name}/increments", IncrementAsync);

    /// <summary>
    /// Counts in a record that several processes share, under a lease that ends before its work does where the process is paused. The
    /// process's own field says how far it came, so an answer that was lost is no reason to count twice.
    /// </summary>
    private static async Task<Increments> IncrementAsync(
        string name, string process, int count, int milliseconds, ILeases leases, FencedRecords records, Keyspace keys, CancellationToken cancellationToken)
    {
        var record = keys.Key(AppKeys.Record, name);
        var (refused, own) = (0, 0);
        while (own < count)
        {
            try
            {
                await using var lease = await leases.AcquireAsync(
                    name, TimeSpan.FromMilliseconds(milliseconds), TimeSpan.FromSeconds(30), cancellationToken);
                for (var run = 0; run < 100 && own < count; run++)
                {
                    if (await records.ReadAsync(record, lease.Fence, RecordLife, cancellationToken) is not { } fields)
                    {
                        refused++;
                        break;
                    }

                    own = (int)fields.GetValueOrDefault(process);
                    HashEntry[] next = [new("total", (int)fields.GetValueOrDefault("total") + 1), new(process, own + 1), new("by", process)];
                    if (own < count && !await records.WriteAsync(record, lease.Fence, next, RecordLife, cancellationToken))
                    {
                        refused++;
                        break;
                    }
                }
            }
            catch (RedisUnavailableException exception)
            {
                await Task.Delay(exception.RetryAfter / 10, cancellationToken);
            }
        }

        return new Increments(own, refused);
    }

    private sealed record Increments(int Done, int Refused);
}
