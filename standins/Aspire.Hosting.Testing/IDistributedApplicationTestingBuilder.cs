namespace Aspire.Hosting.Testing;

/// <summary>The builder of an AppHost's application, in the hands of a test.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    /// <summary>Builds the application. The test starts and disposes of it.</summary>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
