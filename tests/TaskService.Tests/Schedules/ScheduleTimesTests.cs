using System.Globalization;
using Platform.Tasks.Schedules;

namespace TaskService.Tests.Schedules;

/// <summary>In Berlin 2026-03-29 02:00 becomes 03:00 (01:00 UTC) and 2026-10-25 03:00 becomes 02:00 (01:00 UTC).</summary>
public sealed class ScheduleTimesTests
{
    [Theory]
    [InlineData("30 2 * * *", "03-28 01:30, 03-29 01:00, 03-30 00:30")]
    [InlineData("0,30 2 * * *", "03-28 01:00, 03-28 01:30, 03-29 01:00, 03-30 00:00")]
    [InlineData("0 2,3 * * *", "03-28 01:00, 03-28 02:00, 03-29 01:00, 03-30 00:00, 03-30 01:00")]
    [InlineData("59 1 * * *", "03-28 00:59, 03-29 00:59, 03-29 23:59")]
    [InlineData("0 3 * * *", "03-28 02:00, 03-29 01:00, 03-30 01:00")]
    public void After_ClocksPutForward_WhatIsSkippedHappensOnceAfterwards(string cron, string expected) =>
        AssertTimes(cron, "Europe/Berlin", "03-28 00:00", expected);

    [Theory]
    [InlineData("30 2 * * *", "10-24 00:30, 10-25 00:30, 10-26 01:30")]
    [InlineData("0 2 * * *", "10-24 00:00, 10-25 00:00, 10-26 01:00")]
    [InlineData("0 3 * * *", "10-24 01:00, 10-25 02:00, 10-26 02:00")]
    [InlineData("15,45 1-3 * * *", "10-23 23:15, 10-23 23:45, 10-24 00:15, 10-24 00:45, 10-24 01:15, 10-24 01:45, 10-24 23:15, 10-24 23:45, 10-25 00:15, 10-25 00:45, 10-25 02:15, 10-25 02:45")]
    public void After_ClocksPutBack_WhatComesTwiceHappensTheFirstTime(string cron, string expected) =>
        AssertTimes(cron, "Europe/Berlin", "10-23 23:00", expected);

    [Theory]
    [InlineData("*/30 * * * *", "03-29 00:00", "03-29 00:30, 03-29 01:00, 03-29 01:30, 03-29 02:00")]
    [InlineData("*/30 * * * *", "10-24 23:45", "10-25 00:00, 10-25 00:30, 10-25 01:00, 10-25 01:30, 10-25 02:00")]
    [InlineData("30 * * * *", "03-29 00:00", "03-29 00:30, 03-29 01:30, 03-29 02:30")]
    [InlineData("30 * * * *", "10-25 00:00", "10-25 00:30, 10-25 01:30, 10-25 02:30")]
    [InlineData("*/30 2 * * *", "03-28 00:00", "03-28 01:00, 03-28 01:30, 03-30 00:00, 03-30 00:30")]
    [InlineData("*/30 2 * * *", "10-25 00:00", "10-25 00:30, 10-25 01:00, 10-25 01:30, 10-26 01:00")]
    [InlineData("0 */2 * * *", "03-28 22:00", "03-28 23:00, 03-29 02:00, 03-29 04:00")]
    [InlineData("0 */2 * * *", "10-24 21:00", "10-24 22:00, 10-25 00:00, 10-25 01:00, 10-25 03:00")]
    public void After_MinuteOrHourBeginsWithAStar_GoesOnAsClocksShow(string cron, string after, string expected) =>
        AssertTimes(cron, "Europe/Berlin", after, expected);

    [Theory]
    [InlineData("30 2 * * *", "America/New_York", "03-07 12:00", "03-08 07:00, 03-09 06:30")]
    [InlineData("30 1 * * *", "America/New_York", "10-31 12:00", "11-01 05:30, 11-02 06:30")]
    [InlineData("@daily", "Africa/Cairo", "04-22 22:00", "04-23 22:00, 04-24 21:00")]
    [InlineData("15 2 * * *", "Australia/Lord_Howe", "10-02 16:00", "10-03 15:30, 10-04 15:15")]
    [InlineData("45 1 * * *", "Australia/Lord_Howe", "04-03 15:00", "04-04 14:45, 04-05 15:15")]
    [InlineData("30 5 * * *", "Asia/Kathmandu", "01-01 00:00", "01-01 23:45, 01-02 23:45")]
    [InlineData("0 3 29 2 *", "UTC", "01-01 00:00", "2028-02-29 03:00, 2032-02-29 03:00")]
    public void After_InOtherZones_HoldsToo(string cron, string zone, string after, string expected) => AssertTimes(cron, zone, after, expected);

    [Fact]
    public void After_FromInsideTheTimeThatComesTwice_DoesNotRepeatIt()
    {
        AssertTimes("30 2 * * *", "Europe/Berlin", "10-25 00:30", "10-26 01:30");
        AssertTimes("30 2 * * *", "Europe/Berlin", "10-25 01:10", "10-26 01:30");
        AssertTimes("30 2 * * *", "Europe/Berlin", "03-29 01:00", "03-30 00:30");
        AssertTimes("30 2 * * *", "Europe/Berlin", "03-29 00:59", "03-29 01:00");
    }

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    public void After_NoSuchDate_IsNever(string cron) => Assert.Empty(ScheduleTimes.Parse(cron, "Europe/Berlin").After(DateTimeOffset.UnixEpoch));

    [Theory]
    [InlineData("Europe/Atlantis")]
    [InlineData("europe/berlin")]
    [InlineData("../../etc/passwd")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("localtime")]
    [InlineData("+01:00")]
    [InlineData("")]
    public void Parse_NoIanaZone_IsRefused(string zone) => Assert.Throws<TimeZoneNotFoundException>(() => ScheduleTimes.Parse("@daily", zone));

    private static void AssertTimes(string cron, string zone, string after, string expected)
    {
        var count = expected.Split(", ").Length;
        var slots = ScheduleTimes.Parse(cron, zone).After(Utc(after)).Take(count).ToArray();
        Assert.Equal(expected.Split(", ").Select(Utc), slots);
        Assert.All(slots, slot => Assert.Equal(TimeSpan.Zero, slot.Offset));
    }

    /// <param name="text">Of 2026 where it names no year.</param>
    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(
        text.Length == "2026-01-01 00:00".Length ? text : "2026-" + text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
