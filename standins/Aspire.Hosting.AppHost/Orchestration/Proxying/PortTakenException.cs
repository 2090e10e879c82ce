namespace Aspire.Hosting.Orchestration.Proxying;

internal sealed class PortTakenException(int port, Exception innerException)
    : Exception($"Port {port} is taken{(PortHolder.Describe(port) is { } holder ? $" by {holder}" : "")}.", innerException)
{
    public int Port => port;
}
