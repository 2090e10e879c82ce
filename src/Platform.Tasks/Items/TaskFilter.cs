using System.Buffers.Binary;
using Platform.Contracts;

namespace Platform.Tasks.Items;

/// <summary>Which tasks a list shows.</summary>
/// <param name="From">Submitted then or later.</param>
/// <param name="To">Submitted before.</param>
/// <param name="IdPrefix">What their ids begin with, <c>tsk_</c> included.</param>
internal sealed record TaskFilter(TaskState? Status, string? Type, DateTimeOffset? From, DateTimeOffset? To, string? IdPrefix)
{
    private const string AboveAll = "~";

    /// <summary>The least id that may be in the list; ids sort by the time they were made.</summary>
    public string? Least => Max(IdPrefix, From is null ? null : IdAt(From.Value));

    /// <summary>Above all ids that may be in the list.</summary>
    public string? Above => Min(IdPrefix is null ? null : IdPrefix + AboveAll, To is null ? null : IdAt(To.Value));

    public bool Includes(TaskItem task) => (Status is null || task.Status == Status) && (Type is null || task.Type == Type);

    /// <summary>An id above all that were made before a moment, and below all others.</summary>
    public static string IdAt(DateTimeOffset time)
    {
        // A UUIDv7 begins with 48 bits of Unix milliseconds.
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, time.ToUnixTimeMilliseconds()) << 16);
        return PlatformId.Of("tsk", bytes);
    }

    private static string? Max(string? one, string? other) => string.CompareOrdinal(one, other) >= 0 ? one : other;

    private static string? Min(string? one, string? other) => one is null ? other : other is null || string.CompareOrdinal(one, other) <= 0 ? one : other;
}
