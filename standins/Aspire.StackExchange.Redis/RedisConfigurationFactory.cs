using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Aspire.StackExchange.Redis;

/// <summary>Options begin as what the connection string says; configuration and code then change them.</summary>
internal sealed class RedisConfigurationFactory(
    IEnumerable<RedisConfigurationSource> sources,
    IEnumerable<IConfigureOptions<ConfigurationOptions>> setups,
    IEnumerable<IPostConfigureOptions<ConfigurationOptions>> postConfigures,
    IEnumerable<IValidateOptions<ConfigurationOptions>> validations)
    : OptionsFactory<ConfigurationOptions>(setups, postConfigures, validations)
{
    protected override ConfigurationOptions CreateInstance(string name)
    {
        var connectionString = sources.LastOrDefault(source => source.OptionsName == name)?.ConnectionString;
        var options = string.IsNullOrEmpty(connectionString) ? new ConfigurationOptions() : ConfigurationOptions.Parse(connectionString);

        // A server that is away when the application starts must not stop it; the connection string may say otherwise.
        if (connectionString?.Contains("abortConnect=", StringComparison.OrdinalIgnoreCase) != true)
        {
            options.AbortOnConnectFail = false;
        }

        return options;
    }
}
