namespace Platform.Benchmarks.Redis.Harness;

/// <summary>One burst; all but the rate are per operation.</summary>
/// <param name="Rate">Operations per second.</param>
/// <param name="Processor">Microseconds of processor time of this process.</param>
/// <param name="Bytes">Bytes allocated.</param>
/// <param name="Redis">Microseconds of processor time of the server's main thread.</param>
/// <param name="Commands">Commands that the server carried out.</param>
/// <param name="Sent">Requests sent.</param>
internal sealed record Measurement(double Rate, double Processor, double Bytes, double Redis, double Commands, double Sent);

/// <summary>The medians of a candidate over all rounds.</summary>
internal sealed record Summary(double Rate, double Ratio, double Bytes, double Commands, double Sent);
