using System.Text;
using TaskService.Inputs;

namespace TaskService.Tests.Inputs;

public sealed class RecordSplitterTests
{
    private const string Csv = "\uFEFFname,note\r\n\"Ada, \"\"A\"\"\",\"two\nlines\"\r\nplain,5\" pipe\r\n\r\n\"\",\"a\r\n\r\nb\"\r\nlast,\"end\"\"\"";
    private const string NdJson = "\uFEFF{\"a\":1}\n\n  \r\n{\"b\":\"é😀\"}\r\n{\"c\":\"x\"}\n{\"d\":4}";

    [Theory]
    [InlineData(Csv, true)]
    [InlineData(NdJson, false)]
    public void TryTake_InputSplitAnywhere_GivesTheSameChunks(string text, bool isCsv)
    {
        var format = isCsv ? RecordFormat.Csv : RecordFormat.NdJson;
        var bytes = Encoding.UTF8.GetBytes(text);
        var whole = Split(format, [bytes]);

        for (var at = 0; at <= bytes.Length; at++)
        {
            Assert.Equal(whole, Split(format, [bytes[..at], bytes[at..]]));
        }

        Assert.Equal(whole, Split(format, bytes.Select(one => new[] { one })));
    }

    [Fact]
    public void TryTake_NdJson_CountsRecordsAndLines()
    {
        var chunks = Split(RecordFormat.NdJson, [Encoding.UTF8.GetBytes(NdJson)], chunkRecords: 2);

        Assert.Equal(
            [
                new Chunk("{\"a\":1}\n\n  \r\n{\"b\":\"é😀\"}\r\n", 1, 2),
                new Chunk("{\"c\":\"x\"}\n{\"d\":4}", 5, 2),
            ],
            chunks);
    }

    [Fact]
    public void TryTake_Csv_GivesTheHeaderFirstAndKeepsQuotedLineFeedsTogether()
    {
        var chunks = Split(RecordFormat.Csv, [Encoding.UTF8.GetBytes(Csv)], chunkRecords: 1);

        Assert.Equal(
            [
                new Chunk("name,note\r\n", 1, 0),
                new Chunk("\"Ada, \"\"A\"\"\",\"two\nlines\"\r\n", 2, 1),
                new Chunk("plain,5\" pipe\r\n", 4, 1),
                new Chunk("\r\n\"\",\"a\r\n\r\nb\"\r\n", 5, 1),
                new Chunk("last,\"end\"\"\"", 9, 1),
            ],
            chunks);
    }

    [Fact]
    public void TryTake_ChunkFull_CutsBeforeTheRecordThatDoesNotFit()
    {
        var chunks = Split(RecordFormat.NdJson, ["{\"a\":1}\n{\"b\":2}\n{\"long\":\"xxxxxxxxxxxxxxxx\"}\n{\"c\":3}\n"u8.ToArray()], chunkBytes: 20);

        Assert.Equal(["{\"a\":1}\n{\"b\":2}\n", "{\"long\":\"xxxxxxxxxxxxxxxx\"}\n", "{\"c\":3}\n"], chunks.Select(chunk => chunk.Text));
    }

    [Theory]
    [InlineData(false, "{}\n{}\n{\"x\":\"0123456789012345678901234567890\"}\n", 3)]
    [InlineData(true, "a,b\n1,2\n\"never\nclosed,3\n4,5\n6,7\n8,9\n0,1\n", 3)]
    public void TryTake_RecordTooLong_NamesItsLine(bool isCsv, string text, long line)
    {
        var exception = Assert.Throws<RecordTooLongException>(
            () => Split(isCsv ? RecordFormat.Csv : RecordFormat.NdJson, [Encoding.UTF8.GetBytes(text)], recordBytes: 24));

        Assert.Equal(line, exception.Line);
    }

    [Fact]
    public void TryTake_RecordUpToTheLimit_IsTaken()
    {
        var record = Encoding.UTF8.GetBytes($"{{\"x\":\"{new string('y', RecordSplitter.DefaultRecordBytes - 9)}\"}}\n");
        Assert.Equal(RecordSplitter.DefaultRecordBytes, record.Length);

        var chunks = Split(RecordFormat.NdJson, [.. "{}\n"u8.ToArray(), .. record, .. "{}\n"u8.ToArray()]);

        Assert.Equal([3, record.Length, 3], chunks.Select(chunk => Encoding.UTF8.GetByteCount(chunk.Text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\n \n\r\n")]
    public void TryTake_NothingButBlanks_HasNoRecords(string text) =>
        Assert.Equal(0, Split(RecordFormat.NdJson, [Encoding.UTF8.GetBytes(text)]).Sum(chunk => chunk.Records));

    private static List<Chunk> Split(RecordFormat format, byte[] whole) => Split(format, [whole]);

    private static List<Chunk> Split(
        RecordFormat format, IEnumerable<byte[]> parts, int chunkBytes = RecordSplitter.DefaultChunkBytes,
        int chunkRecords = RecordSplitter.DefaultChunkRecords, int recordBytes = RecordSplitter.DefaultRecordBytes)
    {
        using var splitter = new RecordSplitter(format, chunkBytes, chunkRecords, recordBytes);
        var chunks = new List<Chunk>();
        foreach (var part in parts)
        {
            for (ReadOnlySpan<byte> rest = part; !rest.IsEmpty;)
            {
                rest = rest[splitter.Fill(rest)..];
                Take(splitter, chunks);
            }
        }

        splitter.Complete();
        Take(splitter, chunks);
        return chunks;
    }

    private static void Take(RecordSplitter splitter, List<Chunk> chunks)
    {
        while (splitter.TryTake(out var chunk))
        {
            chunks.Add(new Chunk(Encoding.UTF8.GetString(chunk.Bytes.Span), chunk.FirstLine, chunk.Records));
        }
    }

    private sealed record Chunk(string Text, long FirstLine, int Records);
}
