using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Redis.Keys;
using Platform.Redis.Sealing;

namespace Platform.Redis.Caching;

internal sealed class CachingOptionsValidator(IServiceProviderIsService services) : IValidateOptions<CachingOptions>
{
    private const string Section = CachingOptions.SectionName;

    public ValidateOptionsResult Validate(string? name, CachingOptions options)
    {
        var failures = new List<string>();
        Require(options.MemoryLimitBytes >= 1024 * 1024, "MemoryLimitBytes", $"{options.MemoryLimitBytes}; set at least 1048576, one MiB");
        Require(options.MaximumPayloadBytes is >= 1024 and <= 64 * 1024 * 1024, "MaximumPayloadBytes", $"{options.MaximumPayloadBytes}; set 1 KiB to 64 MiB");
        Require(options.MaximumKeyLength is >= 16 and <= 8192, "MaximumKeyLength", $"{options.MaximumKeyLength}; set it from 16 to 8192");
        Require(options.LeaseDuration >= TimeSpan.FromMilliseconds(300) && options.LeaseDuration <= CacheKeys.LongestLease, "LeaseDuration", $"{options.LeaseDuration}; set 00:00:00.3 to 00:01:00");
        Require(options.FactoriesWithoutRedis is >= 1 and <= 10_000, "FactoriesWithoutRedis", $"{options.FactoriesWithoutRedis}; set it from 1 to 10000");
        Require(options.MemoryPressure is > 0 and <= 1, "MemoryPressure", $"{options.MemoryPressure}; set a share above 0 and up to 1");
        Require(options.WarmUpTimeout >= TimeSpan.Zero && options.WarmUpTimeout <= TimeSpan.FromMinutes(5), "WarmUpTimeout", $"{options.WarmUpTimeout}; set 0 to 5 minutes");
        Require(
            !options.DistributedCache.Sensitive || services.IsService(typeof(SealerProvider)), "DistributedCache:Sensitive", "true, but nothing seals; add AddSealing() and its key");
        Check("Default", options.Default);
        foreach (var (declared, space) in options.Namespaces)
        {
            Require(KeyGrammar.IsName(declared) && declared != CacheNamespaces.Other, $"Namespaces:{declared}", "not a namespace's name; use kebab-case other than 'other'");
            Check($"Namespaces:{declared}", space);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(string at, CacheNamespaceOptions space)
        {
            Require(space.Expiration > TimeSpan.Zero, $"{at}:Expiration", $"{space.Expiration}; set a time above 0");
            Require(space.StaleFor >= TimeSpan.Zero, $"{at}:StaleFor", $"{space.StaleFor}; set 0 or more");
            Require(
                space.Expiration + space.StaleFor <= CacheKeys.LongestLife,
                $"{at}:Expiration", $"with StaleFor {space.Expiration + space.StaleFor}; together they may be 7 days");
            Require(space.LocalExpiration is null || space.LocalExpiration > TimeSpan.Zero, $"{at}:LocalExpiration", $"{space.LocalExpiration}; set a time above 0");
            Require(
                space.FactorySoftTimeout >= TimeSpan.Zero && space.FactorySoftTimeout <= space.FactoryHardTimeout,
                $"{at}:FactorySoftTimeout", $"{space.FactorySoftTimeout}; set 0 up to FactoryHardTimeout");
            Require(
                space.FactoryHardTimeout > TimeSpan.Zero && space.FactoryHardTimeout <= TimeSpan.FromMinutes(10),
                $"{at}:FactoryHardTimeout", $"{space.FactoryHardTimeout}; set a time up to 10 minutes");
            Require(space.EagerRefresh is null or (> 0 and < 1), $"{at}:EagerRefresh", $"{space.EagerRefresh}; set a share between 0 and 1");
            Require(space.NegativeExpiration > TimeSpan.Zero, $"{at}:NegativeExpiration", $"{space.NegativeExpiration}; set a time above 0");
            Require(space.Jitter is >= 0 and <= 0.5, $"{at}:Jitter", $"{space.Jitter}; set a share from 0 to 0.5");
            Require(
                !space.Sensitive || services.IsService(typeof(SealerProvider)),
                $"{at}:Sensitive", "true, but nothing seals; add AddSealing() and its key");
        }

        void Require(bool holds, string setting, string problem)
        {
            if (!holds)
            {
                failures.Add($"{Section}:{setting} is {problem}.");
            }
        }
    }
}
