using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration.Launching;

/// <summary>The resource exists already, outside this application: it is used and checked, not started.</summary>
/// <param name="host">Where it is.</param>
/// <param name="port">Its port.</param>
/// <param name="setting">The configuration that says so.</param>
internal sealed class ExternalServerAnnotation(string host, int port, string setting) : IResourceAnnotation
{
    public string Host { get; } = host;

    public int Port { get; } = port;

    public string Setting { get; } = setting;
}
