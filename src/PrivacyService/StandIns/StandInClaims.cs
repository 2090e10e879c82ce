using System.Buffers.Binary;
using PrivacyService.Vault;

namespace PrivacyService.StandIns;

/// <summary>A value's place in the order in which a scope gives out the numbers of a range.</summary>
/// <param name="Field">Where the vault keeps it: a keyed hash of the value.</param>
/// <param name="Counter">Where the vault keeps how many of the range are given out.</param>
/// <param name="NotSlot">The place it must not get, because the number there is the value itself; -1 for none.</param>
internal sealed record StandInClaim(byte[] Field, string Counter, int Size, int NotSlot);

/// <summary>
/// Numbers for the values of one scope. Ranges are small, so a hash of a value cannot choose: values would meet. They are given out one after the
/// other instead, in an order that is the scope's own, and the vault keeps whose turn it is; so two values never get the same, and one value
/// always does. What a call needs is gathered first and asked for at once. Not safe for concurrent use.
/// </summary>
internal sealed class StandInClaims(ScopeKeys keys)
{
    private const byte FieldMark = (byte)'v';
    private const string CounterMark = "given out: ";

    private readonly Dictionary<UInt128, int?> _slots = [];
    private readonly List<(UInt128 Value, StandInClaim Claim)> _wanted = [];
    private readonly Dictionary<DigitRange, (long Start, int Step)> _orders = [];

    /// <summary>What is to be asked for, in this order.</summary>
    public IReadOnlyList<StandInClaim> Wanted => [.. _wanted.Select(wanted => wanted.Claim)];

    /// <summary>The number that stands in for another; null where none is left, and as long as it is not known.</summary>
    public string? Find(WrittenNumber number)
    {
        var value = keys.ClaimHash(number.Range.Name, number.Value);
        if (_slots.TryGetValue(value, out var slot))
        {
            return slot is { } given ? number.Range[IndexOf(number.Range, given)] : null;
        }

        _slots.Add(value, null);
        _wanted.Add((value, new StandInClaim(FieldOf(value), CounterMark + number.Range.Name, number.Range.Size, SlotOf(number))));
        return null;
    }

    /// <summary>What was given to the wanted one at a position; below zero where none is left.</summary>
    public void Take(int position, int slot) => _slots[_wanted[position].Value] = slot < 0 ? null : slot;

    /// <summary>Tells it apart from originals, whose names are of 16 or 18 bytes.</summary>
    private static byte[] FieldOf(UInt128 value)
    {
        var field = new byte[17];
        field[0] = FieldMark;
        BinaryPrimitives.WriteUInt128BigEndian(field.AsSpan(1), value);
        return field;
    }

    private int IndexOf(DigitRange range, int slot)
    {
        var (start, step) = OrderOf(range);
        return (int)((((long)slot * step) + start) % range.Size);
    }

    private int SlotOf(WrittenNumber number)
    {
        var own = number.Digits is null ? -1 : number.Range.IndexOf(number.Digits);
        if (own < 0)
        {
            return -1;
        }

        // Back from the number to its place in one go: a text may name all there are of a range.
        var (start, step) = OrderOf(number.Range);
        var (size, distance) = (number.Range.Size, own - start);
        return (int)((distance + size) % size * Inverse(step, size) % size);
    }

    /// <summary>The order of a scope: a step that has no divisor with the size in common reaches every number once.</summary>
    private (long Start, int Step) OrderOf(DigitRange range)
    {
        if (!_orders.TryGetValue(range, out var order))
        {
            var hash = keys.ClaimHash(range.Name, "");
            var step = 1 + (int)((ulong)(hash >> 64) % (ulong)range.Size);
            while (Greatest(step, range.Size) > 1)
            {
                step++;
            }

            order = ((long)((ulong)hash % (ulong)range.Size), step);
            _orders.Add(range, order);
        }

        return order;
    }

    private static int Greatest(int a, int b) => b == 0 ? a : Greatest(b, a % b);

    /// <summary>What a number is to be multiplied by for 1, in the numbers below a size that it shares no divisor with (Euclid).</summary>
    private static long Inverse(long number, long size)
    {
        var (inverse, next, rest, divisor) = (0L, 1L, size, number % size);
        while (divisor > 0)
        {
            var times = rest / divisor;
            (inverse, next) = (next, inverse - (times * next));
            (rest, divisor) = (divisor, rest - (times * divisor));
        }

        return inverse < 0 ? inverse + size : inverse;
    }
}
