namespace Platform.Benchmarks.SocketLayer;

/// <summary>The same few operations over two ways to speak to Redis.</summary>
internal interface IClient : IAsyncDisposable
{
    string Name { get; }

    Task GetAsync();

    Task EvaluateAsync();

    Task AddToStreamAsync();

    /// <summary>Publishes, and returns when the subscriber has it.</summary>
    Task PublishAndHearAsync();
}
