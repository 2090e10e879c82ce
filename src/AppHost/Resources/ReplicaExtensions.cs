using System.Globalization;

namespace AppHost.Resources;

internal static class ReplicaExtensions
{
    private const int Most = 16;

    /// <summary>How many copies of a service run, by <c>Replicas:{service}</c>; one when that is not set.</summary>
    public static int ReplicasOf(this IDistributedApplicationBuilder builder, string service)
    {
        var setting = $"Replicas:{service}";
        var text = builder.Configuration[setting] ?? "1";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var replicas) && replicas is >= 1 and <= Most
            ? replicas
            : throw new DistributedApplicationException($"{setting} is '{text}'. Set it to a whole number from 1 to {Most}.");
    }
}
