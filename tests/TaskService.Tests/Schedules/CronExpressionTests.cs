using System.Globalization;
using Platform.Tasks.Schedules;

namespace TaskService.Tests.Schedules;

public sealed class CronExpressionTests
{
    // 2026-01-01 is a Thursday.
    [Theory]
    [InlineData("*/20 9-10 * * *", "01-01 09:00, 01-01 09:20, 01-01 09:40, 01-01 10:00, 01-01 10:20, 01-01 10:40, 01-02 09:00")]
    [InlineData("5,50 0 * * *", "01-01 00:05, 01-01 00:50, 01-02 00:05")]
    [InlineData("10-40/15 0 1,3 * *", "01-01 00:10, 01-01 00:25, 01-01 00:40, 01-03 00:10")]
    [InlineData("0 12 * feb-APR Mon", "02-02 12:00, 02-09 12:00, 02-16 12:00, 02-23 12:00, 03-02 12:00")]
    [InlineData("0 0 * * 5-7", "01-02 00:00, 01-03 00:00, 01-04 00:00, 01-09 00:00")]
    [InlineData("0 0 * * sat-sun", "01-03 00:00, 01-04 00:00, 01-10 00:00")]
    [InlineData("0 0 * * 0", "01-04 00:00, 01-11 00:00")]
    [InlineData("0 0 * * */3", "01-03 00:00, 01-04 00:00, 01-07 00:00, 01-10 00:00")]
    [InlineData("0 0 31 * *", "01-31 00:00, 03-31 00:00, 05-31 00:00")]
    [InlineData("  59\t23  31 12 *  ", "12-31 23:59")]
    public void Next_OfFields_IsEachMinuteThatMatches(string text, string expected) => Assert.Equal(expected, Run(text, expected));

    [Theory]
    [InlineData("0 0 13 * fri", "01-02 00:00, 01-09 00:00, 01-13 00:00, 01-16 00:00")]
    [InlineData("0 0 */10 * fri", "05-01 00:00, 07-31 00:00, 08-21 00:00")]
    [InlineData("0 0 13 * *", "01-13 00:00, 02-13 00:00")]
    [InlineData("0 0 13 * */1", "01-13 00:00, 02-13 00:00")]
    public void Next_BothDaysRestricted_IsEither_AndBothWhereOneBeginsWithAStar(string text, string expected) => Assert.Equal(expected, Run(text, expected));

    [Theory]
    [InlineData("@hourly", "01-01 00:00, 01-01 01:00")]
    [InlineData("@daily", "01-01 00:00, 01-02 00:00")]
    [InlineData("@midnight", "01-01 00:00, 01-02 00:00")]
    [InlineData("@weekly", "01-04 00:00, 01-11 00:00")]
    [InlineData("@Monthly", "01-01 00:00, 02-01 00:00")]
    [InlineData("@yearly", "01-01 00:00")]
    [InlineData("@annually", "01-01 00:00")]
    public void Next_OfAName_IsThatOfItsFields(string text, string expected) => Assert.Equal(expected, Run(text, expected));

    [Theory]
    [InlineData("* * * *", "There are 4 fields; write five")]
    [InlineData("0 0 12 * * ?", "There are 6 fields")]
    [InlineData("", "There are 0 fields")]
    [InlineData("60 * * * *", "In the field minute, '60' is not one of 0 to 59")]
    [InlineData("* 24 * * *", "In the field hour, '24' is not one of 0 to 23")]
    [InlineData("* * 0 * *", "In the field day of month, '0' is not one of 1 to 31")]
    [InlineData("* * * 13 *", "In the field month, '13' is not one of 1 to 12 or jan to dec")]
    [InlineData("* * * * 8", "In the field day of week, '8' is not one of 0 to 7 or sun to sat")]
    [InlineData("* * L * *", "In the field day of month, 'L' is not one of")]
    [InlineData("* * ? * *", "In the field day of month, '?' is not one of")]
    [InlineData("1,,2 * * * *", "In the field minute, '' is not one of")]
    [InlineData("-1 * * * *", "In the field minute, '' is not one of")]
    [InlineData("+1 * * * *", "'+1' is not one of")]
    [InlineData("*/0 * * * *", "the step '0' is not a number from 1 to 59")]
    [InlineData("*/99999999999 * * * *", "the step '99999999999' is not a number")]
    [InlineData("5/15 * * * *", "write the step after a range: '5-59/15' in place of '5/15'")]
    [InlineData("* 22-2 * * *", "write '22-23,0-2' in place of '22-2'")]
    [InlineData("* * * * fri-mon", "write '5-6,0-1' in place of 'fri-mon'")]
    [InlineData("@reboot", "use one of @hourly, @daily")]
    public void Parse_NotCron_SaysWhatToChange(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<CronFormatException>(() => CronExpression.Parse(text)).Message, StringComparison.Ordinal);

    private static string Run(string text, string expected)
    {
        var cron = CronExpression.Parse(text);
        var (from, end) = (new DateTime(2026, 1, 1), new DateTime(2027, 1, 1));
        var found = new List<string>();
        for (var i = expected.Split(", ").Length; i > 0 && cron.Next(from, end) is { } next; i--)
        {
            found.Add(next.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture));
            from = next.AddMinutes(1);
        }

        return string.Join(", ", found);
    }
}
