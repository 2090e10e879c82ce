using Platform.Redis;
using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Tasks.Gates;

/// <summary>
/// Lets parked tasks into their lanes when there is room. Whoever ends a task asks for it at once; upkeep does so once a second for all gates
/// at which somebody waits, so that nothing is left behind by who died in between.
/// </summary>
internal sealed class TaskGates(RedisStore redis, TaskKeys keys)
{
    private const int MostHeads = 32;
    private const int MostGates = 50;
    private const int MostCounted = 1000;

    private static readonly RedisScript AdmitParked = RedisScript.FromResource(typeof(TaskGates).Assembly, "AdmitParked.lua");

    /// <summary>How many gates are full, and how many tasks wait at them: at the thousand that were looked at longest ago, if there are more.</summary>
    public async Task<ParkedTasks> CountParkedAsync(CancellationToken cancellationToken)
    {
        var gates = await redis.ExecuteAsync("gates.waiting", database => database.SortedSetRangeByRankAsync(keys.GatesWaiting, 0, MostCounted - 1), cancellationToken);
        if (gates.Length == 0)
        {
            return new ParkedTasks(0, 0);
        }

        var lengths = await redis.ExecuteAsync(
            "gates.count", database => Task.WhenAll(gates.Select(gate => database.ListLengthAsync(keys.Parked(gate!)))), cancellationToken);
        return new ParkedTasks(gates.Length, lengths.Sum());
    }

    /// <summary>At the gates that were looked at longest ago.</summary>
    public async Task AdmitWaitingAsync(CancellationToken cancellationToken)
    {
        var waiting = await redis.ExecuteAsync(
            "gates.waiting", database => database.SortedSetRangeByRankAsync(keys.GatesWaiting, 0, MostGates - 1), cancellationToken);
        foreach (var gate in waiting)
        {
            await AdmitAsync(gate!, cancellationToken);
        }
    }

    /// <summary>At the gates that a task has left. Where Redis is away upkeep does it.</summary>
    public async Task AdmitSoonAsync(TaskPasses passes, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var gate in passes.All())
            {
                await AdmitAsync(gate, cancellationToken);
            }
        }
        catch (RedisUnavailableException)
        {
            return;
        }
    }

    /// <summary>As many as there is room for; who died and is still counted in the gate is put out.</summary>
    public async Task AdmitAsync(string gate, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (heads, members) = await redis.ExecuteAsync("gate.read", database => ReadAsync(database, gate), cancellationToken);
            if (await AdmitAsync(gate, heads, members, cancellationToken) < MostHeads)
            {
                return;
            }
        }
    }

    /// <summary>After the end of a task told who waits. Where Redis is away upkeep does it.</summary>
    /// <param name="gate">The digest of the gate; nothing is done where it is null.</param>
    /// <param name="heads">Of its list, as they were read a moment ago.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task AdmitSoonAsync(string? gate, RedisValue[] heads, CancellationToken cancellationToken)
    {
        if (gate is null || heads.Length == 0)
        {
            return;
        }

        try
        {
            // All of them have left: some had been cancelled, and there may still be room.
            if (await AdmitAsync(gate, heads, [], cancellationToken) == heads.Length)
            {
                await AdmitAsync(gate, cancellationToken);
            }
        }
        catch (RedisUnavailableException)
        {
            return;
        }
    }

    private async Task<int> AdmitAsync(string gate, RedisValue[] heads, RedisValue[] members, CancellationToken cancellationToken)
    {
        var touched = new List<RedisKey>(3 + (4 * heads.Length) + members.Length) { keys.Gate(gate), keys.Parked(gate), keys.GatesWaiting };
        var arguments = new List<RedisValue>(3 + (3 * heads.Length) + members.Length) { gate, (long)TaskKeys.OpenLifetime.TotalMilliseconds, heads.Length };
        foreach (var head in heads)
        {
            // The task, its lane, and the gate after this one.
            var parts = ((string)head!).Split(' ');
            var item = keys.Item(parts[0]);
            var turns = parts[2] == "-" ? null : parts[2];
            touched.AddRange([item, keys.Lane(parts[1]), turns is null ? item : keys.Gate(turns), turns is null ? item : keys.Parked(turns)]);
            arguments.AddRange([head, parts[0], turns ?? ""]);
        }

        foreach (var member in members)
        {
            touched.Add(keys.Item(member!));
            arguments.Add(member);
        }

        return (int)await redis.EvaluateAsync(AdmitParked, [.. touched], [.. arguments], cancellationToken);
    }

    private async Task<(RedisValue[] Heads, RedisValue[] Members)> ReadAsync(IDatabase database, string gate)
    {
        var heads = database.ListRangeAsync(keys.Parked(gate), 0, MostHeads - 1);
        var members = database.SetMembersAsync(keys.Gate(gate));
        return (await heads, await members);
    }
}

/// <summary>Tasks that wait for others of their key, or for their owner's turn.</summary>
/// <param name="Gates">Keys and people that have as many in the lanes as they may.</param>
internal readonly record struct ParkedTasks(int Gates, long Tasks);
