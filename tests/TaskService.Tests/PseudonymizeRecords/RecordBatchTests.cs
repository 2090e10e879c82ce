using System.Text;
using TaskService.Inputs;
using TaskService.PseudonymizeRecords;

namespace TaskService.Tests.PseudonymizeRecords;

public sealed class RecordBatchTests
{
    [Fact]
    public void Read_NdJson_SetsAsideWhatIsNoObjectWithItsLineAndNoContent()
    {
        var batch = Read("{\"a\":1}\n\n secret \n[1]\n\"text\"\n{\"b\":2} x\n{\"c\":\n  {\"d\":[1e400]}\r\n{\"e\":\"\u00e9\"}", firstLine: 11);

        Assert.Equal("{\"a\":1}\n{\"d\":[1e400]}\n{\"e\":\"é\"}\n", Encoding.UTF8.GetString(batch.Json(0, batch.Count).Span));
        Assert.Equal(8, batch.Records);
        Assert.Equal(
            [(13, "invalid_json"), (14, "not_an_object"), (15, "not_an_object"), (16, "invalid_json"), (17, "invalid_json")],
            batch.Errors.Select(error => (error.Line, error.Code)));
        Assert.DoesNotContain(batch.Errors, error => error.Message.Contains("secret", StringComparison.Ordinal));
        Assert.Equal([11, 18, 19], Enumerable.Range(0, 3).Select(batch.LineOf));
    }

    [Fact]
    public void Read_NdJson_SetsAsideWhatIsNotUtf8()
    {
        var batch = RecordBatch.Read(new OpenedChunk([.. "{\"a\":\""u8, 0xFF, .. "\"}\n"u8], 1), header: null);

        Assert.Equal(0, batch.Count);
        Assert.Contains(Assert.Single(batch.Errors).Code, new[] { "invalid_utf8", "invalid_json" });
    }

    [Fact]
    public void Read_Csv_MakesObjectsOfRows()
    {
        var header = CsvHeader.Parse("name,\"e-mail\"\n"u8);

        var batch = RecordBatch.Read(new OpenedChunk(Encoding.UTF8.GetBytes("\"A, \"\"B\"\"\",a@example.com\nonly one\nx,\"two\nlines\"\nlast,"), 2), header);

        Assert.Equal(
            "{\"name\":\"A, \\\"B\\\"\",\"e-mail\":\"a@example.com\"}\n{\"name\":\"x\",\"e-mail\":\"two\\nlines\"}\n{\"name\":\"last\",\"e-mail\":\"\"}\n",
            Encoding.UTF8.GetString(batch.Json(0, batch.Count).Span));
        Assert.Equal((3, "wrong_column_count"), (Assert.Single(batch.Errors).Line, batch.Errors[0].Code));
        Assert.Equal([2, 4, 6], Enumerable.Range(0, 3).Select(batch.LineOf));
    }

    [Theory]
    [InlineData("\"Ada,ada@example.com\nBob,\"bob\"@example.com\nCarl,c@example.com\n", "2 to 3", 1)]
    [InlineData("Carl,c@example.com\n\"Ada,ada@example.com\nBob,bob@example.com\n", "3 to 4", 1)]
    public void Read_CsvQuoteNotClosed_SetsAsideAllThatMayBeInItsCell(string rows, string lines, int others)
    {
        var batch = RecordBatch.Read(new OpenedChunk(Encoding.UTF8.GetBytes(rows), 2), CsvHeader.Parse("name,email\n"u8));

        var error = Assert.Single(batch.Errors);
        Assert.Equal("misplaced_quote", error.Code);
        Assert.Contains($"in lines {lines}.", error.Message, StringComparison.Ordinal);
        Assert.Equal(others, batch.Count);
    }

    [Fact]
    public void Json_PartOfTheBatch_IsThoseLines()
    {
        var batch = Read("{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n", firstLine: 1);

        Assert.Equal("{\"b\":2}\n", Encoding.UTF8.GetString(batch.Json(1, 1).Span));
        Assert.Equal("{\"b\":2}\n{\"c\":3}\n", Encoding.UTF8.GetString(batch.Json(1, 2).Span));
    }

    [Fact]
    public void Add_ManyErrors_KeepsTheFirstHundredAndCountsAll()
    {
        var errors = Enumerable.Range(1, 80).Select(line => new RecordError(line, "invalid_json", "")).ToArray();

        var outcome = RecordsOutcome.Empty.Add(new RecordsResult(default, 100, 7, errors)).Add(new RecordsResult(default, 100, 3, errors));

        Assert.Equal((200, 10, 160, 100), (outcome.Records, outcome.Replaced, outcome.Rejected, outcome.Errors.Count));
    }

    [Fact]
    public void Render_Csv_KeepsQuotesAndLineEnds()
    {
        var header = CsvHeader.Parse("name,email\r\n"u8);
        var batch = RecordBatch.Read(new OpenedChunk("\"Ada\",ada@example.com\r\nBob,bob@example.com\r\n"u8.ToArray(), 2), header);

        var output = RecordRenderer.Render(batch, ["{\"name\":\"Ada\",\"email\":\"p,1\"}"u8.ToArray(), null], header);

        Assert.Equal("\"Ada\",\"p,1\"\r\n", Encoding.UTF8.GetString(output.Span));
    }

    private static RecordBatch Read(string text, long firstLine) => RecordBatch.Read(new OpenedChunk(Encoding.UTF8.GetBytes(text), firstLine), header: null);
}
