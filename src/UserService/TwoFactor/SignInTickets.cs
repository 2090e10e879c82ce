using Platform.Redis;
using StackExchange.Redis;
using UserService.Keys;
using UserService.Sessions;
using UserService.Users;

namespace UserService.TwoFactor;

/// <summary>Sign-ins that wait for their second factor. A ticket is good once, for five minutes and five tries, while the password stays.</summary>
internal sealed class SignInTickets(RedisStore redis, UserKeys keys, Secrets secrets)
{
    public const int MostTries = 5;

    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    public async Task<SignInTicket> OpenAsync(User user, Device device, CancellationToken cancellationToken)
    {
        var ticket = SignInTicket.New(user.Id);
        await redis.EvaluateAsync(
            TwoFactorScripts.OpenTicket,
            [keys.Account(user.Id), keys.TicketList(user.Id), KeyOf(ticket)],
            [AccountCodec.SecurityDigest(user), secrets.Devices.Seal(device.ToUtf8(), ticket.Digest), (long)Life.TotalMilliseconds, ticket.Digest],
            cancellationToken);
        return ticket;
    }

    /// <summary>The device that gave the password.</summary>
    /// <returns>Null when there is no such ticket (any more).</returns>
    public async Task<Device?> FindAsync(SignInTicket ticket, CancellationToken cancellationToken)
    {
        var key = KeyOf(ticket);
        var device = await redis.ExecuteAsync("ticket.read", database => database.HashGetAsync(key, "device"), cancellationToken);
        return device.IsNull ? null : Device.FromUtf8(secrets.Devices.Open((byte[])device!, ticket.Digest));
    }

    /// <summary>Counts a try.</summary>
    /// <returns>Which one it is; 0 when the ticket is worth nothing (any more).</returns>
    public async Task<int> TryAsync(SignInTicket ticket, CancellationToken cancellationToken) => (int)await redis.EvaluateAsync(
        TwoFactorScripts.TryTicket, [keys.Account(ticket.UserId), KeyOf(ticket)], [MostTries], cancellationToken);

    /// <returns>False when somebody else was faster, or the ticket has expired meanwhile.</returns>
    public Task<bool> RedeemAsync(SignInTicket ticket, CancellationToken cancellationToken)
    {
        var key = KeyOf(ticket);
        return redis.ExecuteAsync("ticket.redeem", database => database.KeyDeleteAsync(key), cancellationToken);
    }

    /// <summary>Forgets all tickets of an account that is gone.</summary>
    public async Task DiscardAsync(string userId, CancellationToken cancellationToken)
    {
        var list = keys.TicketList(userId);
        var digests = await redis.ExecuteAsync("ticket.list", database => database.SortedSetRangeByRankAsync(list), cancellationToken);
        RedisKey[] all = [.. digests.Select(digest => keys.Ticket(userId, digest!)), list];
        await redis.ExecuteAsync("ticket.discard", database => database.KeyDeleteAsync(all), cancellationToken);
    }

    private RedisKey KeyOf(SignInTicket ticket) => keys.Ticket(ticket.UserId, ticket.Digest);
}
