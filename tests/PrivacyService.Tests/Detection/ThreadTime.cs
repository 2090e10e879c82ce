using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PrivacyService.Tests.Detection;

/// <summary>What this thread has computed for, which a busy machine does not lengthen; the clock on systems that do not tell.</summary>
internal static class ThreadTime
{
    private const int ThreadCpuClock = 3;

    public static TimeSpan Now => OperatingSystem.IsLinux() && GetTime(ThreadCpuClock, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0)
        : Stopwatch.GetElapsedTime(0);

    /// <summary>What an action takes.</summary>
    public static TimeSpan Of(Action action)
    {
        var start = Now;
        action();
        return Now - start;
    }

    /// <summary>What an action takes when that is less than the best so far.</summary>
    public static TimeSpan Least(TimeSpan best, Action action)
    {
        var elapsed = Of(action);
        return elapsed < best ? elapsed : best;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, out Time time);

    private readonly record struct Time(nint Seconds, nint Nanoseconds);
}
