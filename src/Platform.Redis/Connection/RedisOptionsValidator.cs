using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Platform.Redis.Fallback;
using Platform.Redis.Keys;

namespace Platform.Redis.Connection;

/// <summary>Each message names the setting and how to mend it, and repeats nothing secret.</summary>
internal sealed class RedisOptionsValidator(RedisSource source, IHostEnvironment environment) : IValidateOptions<RedisOptions>
{
    private const string Section = RedisOptions.SectionName;

    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        var failures = new List<string>();
        CheckTimes(options, failures);
        if (options.BreakerThreshold is < 1 or > 1000)
        {
            failures.Add($"{Section}:BreakerThreshold is {options.BreakerThreshold}; set it from 1 to 1000.");
        }

        if (!KeyGrammar.IsKeyPrefix(options.KeyPrefix))
        {
            failures.Add($"{Section}:KeyPrefix is not up to 64 of A-Z a-z 0-9 _ . : -; shorten it or replace other characters.");
        }

        if (!Enum.IsDefined(options.Isolation))
        {
            failures.Add($"{Section}:Isolation is not one of {string.Join(", ", Enum.GetNames<RedisIsolation>())}.");
        }

        CheckFallback(options, failures);
        if (source.TryRead(out var address, out var error))
        {
            CheckDatabase(options, address, failures);
            CheckPassword(address, failures);
        }
        else
        {
            failures.Add(error);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckTimes(RedisOptions options, List<string> failures)
    {
        var sound = Check(nameof(RedisOptions.OperationTimeout), options.OperationTimeout, Millisecond, TimeSpan.FromSeconds(30), failures)
            & Check(nameof(RedisOptions.ConnectTimeout), options.ConnectTimeout, Millisecond, TimeSpan.FromSeconds(60), failures)
            & Check(nameof(RedisOptions.HealthTimeout), options.HealthTimeout, Millisecond, TimeSpan.FromSeconds(30), failures);
        if (sound && options.OperationTimeout > options.ConnectTimeout)
        {
            failures.Add($"{Section}:OperationTimeout ({options.OperationTimeout:c}) is longer than {Section}:ConnectTimeout "
                + $"({options.ConnectTimeout:c}); shorten the first or lengthen the second.");
        }

        if (Check(nameof(RedisOptions.BreakerProbeInterval), options.BreakerProbeInterval, Millisecond, TimeSpan.FromSeconds(60), failures)
            & Check(nameof(RedisOptions.BreakerProbeIntervalMax), options.BreakerProbeIntervalMax, Millisecond, TimeSpan.FromSeconds(60), failures)
            && options.BreakerProbeInterval > options.BreakerProbeIntervalMax)
        {
            failures.Add($"{Section}:BreakerProbeInterval ({options.BreakerProbeInterval:c}) is longer than "
                + $"{Section}:BreakerProbeIntervalMax ({options.BreakerProbeIntervalMax:c}); shorten the first or lengthen the second.");
        }
    }

    private static bool Check(string setting, TimeSpan value, TimeSpan least, TimeSpan most, List<string> failures)
    {
        if (value >= least && value <= most)
        {
            return true;
        }

        failures.Add($"{Section}:{setting} is {value:c}; set it from {least:c} to {most:c}, such as 00:00:00.500. A bare number means days.");
        return false;
    }

    private static void CheckDatabase(RedisOptions options, RedisAddress address, List<string> failures)
    {
        if (options.DatabaseCount < 1)
        {
            failures.Add($"{Section}:DatabaseCount is {options.DatabaseCount}; set it to the server's setting 'databases', at least 1.");
            return;
        }

        if (options is { Isolation: RedisIsolation.Prefix, Database: not (null or 0) })
        {
            failures.Add($"{Section}:Database is {options.Database}, but {Section}:Isolation=Prefix has database 0 only; remove one of the two.");
            return;
        }

        var (setting, database) = options.Database is { } own ? ($"{Section}:Database", own) : (address.Setting, address.Database ?? 0);
        if (database < 0 || database >= options.DatabaseCount)
        {
            failures.Add($"{setting} names database {database}; set it from 0 to {options.DatabaseCount - 1}, or raise {Section}:DatabaseCount "
                + "to what the server has.");
        }
    }

    private void CheckFallback(RedisOptions options, List<string> failures)
    {
        if (!Enum.IsDefined(options.Fallback))
        {
            failures.Add($"{Section}:Fallback is not one of {string.Join(", ", Enum.GetNames<RedisFallback>())}.");
        }
        else if (options.Fallback == RedisFallback.Memory && !environment.IsDevelopment())
        {
            failures.Add($"{Section}:Fallback is Memory, but the environment is {environment.EnvironmentName}: what each process accepts on its own "
                + "is no shared state. Set it to None, or on a developer's machine DOTNET_ENVIRONMENT=Development.");
        }

        if (options.FallbackEntries is < 1 or > 1_000_000 || options.FallbackBytes is < 1024 or > 1L << 30)
        {
            failures.Add($"{Section}:FallbackEntries is {options.FallbackEntries} and {Section}:FallbackBytes {options.FallbackBytes}; "
                + "set them from 1 to 1000000 and from 1024 to 1073741824.");
        }
    }

    private void CheckPassword(RedisAddress address, List<string> failures)
    {
        if (environment.IsProduction() && !address.HasPassword)
        {
            failures.Add($"{address.Setting} has no password, and the environment is Production. Give one: password=… in the connection string, "
                + "redis://:password@host in a URL, or REDIS_PASSWORD. On a developer's machine set DOTNET_ENVIRONMENT=Development.");
        }
    }
}
