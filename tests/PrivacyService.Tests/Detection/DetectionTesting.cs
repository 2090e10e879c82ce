using Microsoft.Extensions.DependencyInjection;
using PrivacyService.Detection;

namespace PrivacyService.Tests.Detection;

internal static class DetectionTesting
{
    /// <summary>The engine as the service registers it.</summary>
    public static DetectionEngine Engine { get; } = Create();

    private static DetectionEngine Create()
    {
        var services = new ServiceCollection();
        services.AddDetection();
        return services.BuildServiceProvider().GetRequiredService<DetectionEngine>();
    }

    /// <summary>Bytes that this thread allocates for an action.</summary>
    public static long AllocatedBy(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
