using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Platform.Redis.Idempotency;

internal sealed class IdempotencyOptionsValidator : IValidateOptions<IdempotencyOptions>
{
    private const string Section = IdempotencyOptions.SectionName;
    private const int MostBytes = 1024 * 1024;

    private static readonly FrozenSet<string> NeverReplayed = new[]
    {
        "Set-Cookie", "Date", "Age", "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Trailer", "Upgrade", "Server",
        "WWW-Authenticate", "Proxy-Authenticate", "Authentication-Info", "traceparent", "tracestate", "baggage", "Request-Id", "X-Request-Id",
        "Server-Timing", IdempotencyKey.ReplayedHeaderName, IdempotencyKey.ExpiresHeaderName,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public ValidateOptionsResult Validate(string? name, IdempotencyOptions options)
    {
        var failures = new List<string>();
        Check(nameof(options.TimeToLive), options.TimeToLive, TimeSpan.FromSeconds(1), IdempotencyOptions.LongestTimeToLive, failures);
        Check(nameof(options.LeaseDuration), options.LeaseDuration, TimeSpan.FromMilliseconds(300), TimeSpan.FromMinutes(10), failures);
        Check(nameof(options.InFlightWait), options.InFlightWait, TimeSpan.Zero, TimeSpan.FromSeconds(30), failures);
        Check(nameof(options.RetryAfter), options.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), failures);
        Check(nameof(options.MaxResponseBytes), options.MaxResponseBytes, failures);
        Check(nameof(options.MaxFingerprintBytes), options.MaxFingerprintBytes, failures);
        if (options.LeaseDuration > options.TimeToLive)
        {
            failures.Add($"{Section}:LeaseDuration is longer than {Section}:TimeToLive; shorten the first or lengthen the second.");
        }

        if (!Enum.IsDefined(options.AfterCrash))
        {
            failures.Add($"{Section}:AfterCrash is not one of {string.Join(", ", Enum.GetNames<IdempotencyAfterCrash>())}.");
        }

        foreach (var header in options.ReplayedHeaders.Where(NeverReplayed.Contains))
        {
            failures.Add($"{Section}:ReplayedHeaders names {header}, which belongs to one response alone; remove it.");
        }

        if (options.Keeps is null || options.Caller is null)
        {
            failures.Add($"{Section}: Keeps and Caller need a function; leave them as they are, or set them.");
        }

        if (string.IsNullOrEmpty(options.Documentation) || options.Documentation.AsSpan().ContainsAny("<>\r\n"))
        {
            failures.Add($"{Section}:Documentation is no address; set it to a path such as /docs/idempotency, or a URL.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Check(string setting, TimeSpan value, TimeSpan least, TimeSpan most, List<string> failures)
    {
        if (value < least || value > most)
        {
            failures.Add($"{Section}:{setting} is {value:c}; set it from {least:c} to {most:c}. A bare number means days.");
        }
    }

    private static void Check(string setting, int value, List<string> failures)
    {
        if (value is < 0 or > MostBytes)
        {
            failures.Add($"{Section}:{setting} is {value}; set it from 0 to {MostBytes} bytes.");
        }
    }
}
