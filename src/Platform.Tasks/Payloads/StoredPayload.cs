using System.Globalization;
using Platform.Tasks.Items;

namespace Platform.Tasks.Payloads;

/// <summary>A payload that is too large to lie with its task: it lies aside, in chunks, and its task says how long it is and what its digest is.</summary>
/// <param name="Hash">Of all of it in the clear.</param>
internal sealed record StoredPayload(int Chunks, long Length, string Hash)
{
    /// <summary>A payload that is larger lies aside.</summary>
    public const int LongestInline = 256 * 1024;

    public const string LengthField = "payloadLength";

    private const string HashField = "payloadHash";

    /// <summary>Stands in the payload's place. It is no JSON, so that who knows of nothing aside does not run the task with nothing.</summary>
    public static readonly byte[] Marker = "aside"u8.ToArray();

    /// <returns>Null where the payload lies with its task.</returns>
    public static StoredPayload? Of(TaskItem task) => task.Text(LengthField) is not { } length ? null : new(
        int.Parse(task.Text("chunks")!, CultureInfo.InvariantCulture), long.Parse(length, CultureInfo.InvariantCulture), task.Text(HashField)!);

    public Attachment ToAttachment() => new(Chunks, [new("chunks", Chunks), new(LengthField, Length), new(HashField, Hash)]) { IsPayload = true, PayloadBytes = Length };
}

/// <summary>A payload is larger than payloads may be.</summary>
internal sealed class PayloadTooLargeException(long limit)
    : ArgumentException($"A payload has at most {limit} bytes; Tasks:PayloadLimit says how many.")
{
    public long Limit { get; } = limit;
}
