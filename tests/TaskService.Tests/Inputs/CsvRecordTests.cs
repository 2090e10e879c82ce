using System.Text;
using TaskService.Inputs;

namespace TaskService.Tests.Inputs;

public sealed class CsvRecordTests
{
    [Theory]
    [InlineData("a,b\r\n", "a|b")]
    [InlineData("", "")]
    [InlineData(",", "|")]
    [InlineData("\"a,b\",c", "a,b*|c")]
    [InlineData("\"he said \"\"hi\"\"\",\"\"", "he said \"hi\"*|*")]
    [InlineData("\"two\r\nlines\",x\n", "two\r\nlines*|x")]
    [InlineData("5\" pipe,x", "5\" pipe|x")]
    [InlineData("\"\"\"\"\r\n", "\"*")]
    [InlineData("é,😀", "é|😀")]
    public void TryParse_Record_GivesCells(string record, string expected)
    {
        var cells = Parse(record);

        Assert.Equal(expected, string.Join('|', cells.Select(cell => cell.Text + (cell.IsQuoted ? "*" : ""))));
    }

    [Theory]
    [InlineData("\"a\"tail,x")]
    [InlineData("\"a\" ,x")]
    [InlineData("\"open,x")]
    [InlineData("x,\"open\"\"\r\n")]
    [InlineData("\"Ada,ada@example.com\nBob,\"bob\"@example.com")]
    public void TryParse_QuoteThatDoesNotEndItsCell_IsRefused(string record) => Assert.False(CsvRecord.TryParse(Encoding.UTF8.GetBytes(record), out _));

    [Theory]
    [InlineData("a,\"b\",\"c,d\",\"say \"\"x\"\"\",,\"\"")]
    [InlineData("plain")]
    public void Write_ParsedCells_GivesTheSameRecord(string record)
    {
        var row = new StringBuilder();
        foreach (var cell in Parse(record))
        {
            CsvRecord.Write(row.Length == 0 ? row : row.Append(','), cell);
        }

        Assert.Equal(record, row.ToString());
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("a\"b")]
    [InlineData("a\nb")]
    public void Write_TextThatNeedsQuotes_IsQuoted(string text)
    {
        var row = new StringBuilder();

        CsvRecord.Write(row, new CsvCell(text, IsQuoted: false));

        Assert.Equal(text, Assert.Single(Parse(row.ToString())).Text);
    }

    [Fact]
    public void Header_SameNameTwice_IsRefused() =>
        Assert.Contains("Columns 1 and 3", Assert.Throws<InputException>(() => CsvHeader.Parse("email,name,email\n"u8)).Message, StringComparison.Ordinal);

    [Fact]
    public void Header_QuoteNotClosed_IsRefused() =>
        Assert.Contains("quote", Assert.Throws<InputException>(() => CsvHeader.Parse("name,\"email\nAda,ada@example.com\n"u8)).Message, StringComparison.Ordinal);

    [Fact]
    public void Header_NotUtf8_IsRefused() => Assert.Throws<InputException>(() => CsvHeader.Parse([(byte)'a', 0xE9, (byte)'\n']));

    private static List<CsvCell> Parse(string record)
    {
        Assert.True(CsvRecord.TryParse(Encoding.UTF8.GetBytes(record), out var cells));
        return cells;
    }
}
