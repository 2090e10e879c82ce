using System.Text;
using System.Text.Json;
using Platform.Contracts;
using Platform.Tasks.Payloads;

namespace Platform.Tasks.Client;

/// <summary>
/// All there is of a task without a record, as one value: id, traceparent (or <c>-</c>) and type in a line, then the payload. One value is what
/// Redis and both sides handle soonest.
/// </summary>
internal static class PackedTask
{
    /// <summary>The field of an entry in a lane.</summary>
    public const string Field = "packed";

    /// <returns>Null where the payload is too large to travel with its place in the queue.</returns>
    /// <exception cref="JsonException">The payload cannot be written.</exception>
    public static byte[]? TryPack<TPayload>(TaskPayloads payloads, string id, string type, string? traceParent, TPayload payload) =>
        payloads.TryEncode(id, type, payload, head: $"{id} {traceParent ?? "-"} {type}\n");

    /// <returns>False where it is not one.</returns>
    public static bool TryUnpack(ReadOnlyMemory<byte> packed, out string id, out string? traceParent, out string type, out ReadOnlyMemory<byte> payload)
    {
        (id, traceParent, type, payload) = ("", null, "", default);
        var line = packed.Span;
        var end = line.IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }

        payload = packed[(end + 1)..];
        line = line[..end];
        var afterId = line.IndexOf((byte)' ');
        var afterTrace = afterId < 0 ? -1 : line[(afterId + 1)..].IndexOf((byte)' ');
        if (afterTrace < 0)
        {
            return false;
        }

        var trace = line.Slice(afterId + 1, afterTrace);
        id = Encoding.UTF8.GetString(line[..afterId]);
        traceParent = trace is [(byte)'-'] ? null : Encoding.UTF8.GetString(trace);
        type = Encoding.UTF8.GetString(line[(afterId + afterTrace + 2)..]);
        return PlatformId.IsValid(id, "tsk");
    }
}
