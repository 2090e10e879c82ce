using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Configuration;
using Aspire.Hosting.Orchestration;

namespace Aspire.Hosting;

/// <summary>Values and connection strings that come from outside.</summary>
public static class ParameterResourceBuilderExtensions
{
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, bool secret = false) =>
        builder.AddParameter(name, parameterDefault: null, secret, ParameterKey(name));

    /// <summary>A parameter with a value of the model's own, which configuration overrides.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        string value,
        bool publishValueAsDefault = false,
        bool secret = false) =>
        builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        Func<string> valueGetter,
        bool publishValueAsDefault = false,
        bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(valueGetter);
        if (publishValueAsDefault && secret)
        {
            throw new ArgumentException("A parameter cannot be both secret and published as a default value.", nameof(secret));
        }

        return builder.AddResource(new ParameterResource(name, _ => Given(builder, ParameterKey(name)) ?? valueGetter(), secret)
        {
            Default = publishValueAsDefault ? new ConstantParameterDefault(valueGetter) : null,
        });
    }

    /// <summary>A parameter that is made up when nobody gives it, and with <paramref name="persist" /> kept in the user secrets.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        ParameterDefault value,
        bool secret = false,
        bool persist = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        return builder.AddParameter(name, persist ? Persisted(builder, value, ParameterKey(name)) : value, secret, ParameterKey(name));
    }

    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string configurationKey, bool secret = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(configurationKey);
        return builder.AddParameter(name, parameterDefault: null, secret, configurationKey);
    }

    public static IResourceBuilder<ParameterResource> WithDescription(
        this IResourceBuilder<ParameterResource> builder, string description, bool enableMarkdown = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.Description = description;
        builder.Resource.DescriptionIsMarkdown = enableMarkdown;
        return builder;
    }

    /// <summary>The connection string <c>ConnectionStrings:{name}</c> of the configuration.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string? environmentVariableName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var key = $"ConnectionStrings:{name}";
        return builder.AddResource(new ConnectionStringParameterResource(
            name, _ => Given(builder, key) ?? throw Missing($"Connection string '{name}'", key), environmentVariableName)
        {
            ConfigurationKey = key,
            IsConnectionString = true,
        });
    }

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, ReferenceExpression connectionStringExpression)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));
    }

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, Action<ReferenceExpressionBuilder> connectionStringBuilder)
    {
        ArgumentNullException.ThrowIfNull(connectionStringBuilder);
        var expression = new ReferenceExpressionBuilder();
        connectionStringBuilder(expression);
        return builder.AddConnectionString(name, expression.Build());
    }

    /// <summary>A password that an integration needs and nobody gave; it is no resource of the model.</summary>
    public static ParameterResource CreateDefaultPasswordParameter(
        IDistributedApplicationBuilder builder,
        string name,
        bool lower = true,
        bool upper = true,
        bool numeric = true,
        bool special = true,
        int minLower = 0,
        int minUpper = 0,
        int minNumeric = 0,
        int minSpecial = 0)
    {
        var generated = new GenerateParameterDefault
        {
            Lower = lower,
            Upper = upper,
            Numeric = numeric,
            Special = special,
            MinLower = minLower,
            MinUpper = minUpper,
            MinNumeric = minNumeric,
            MinSpecial = minSpecial,
        };
        return Create(builder, name, Persisted(builder, generated, ParameterKey(name)), secret: true, ParameterKey(name));
    }

    private static string ParameterKey(string name) => $"Parameters:{name}";

    private static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault? parameterDefault, bool secret, string key)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(Create(builder, name, parameterDefault, secret, key));
    }

    private static ParameterResource Create(
        IDistributedApplicationBuilder builder, string name, ParameterDefault? parameterDefault, bool secret, string key) =>
        new(name, value => Given(builder, key) ?? value?.GetDefaultValue() ?? throw Missing($"Parameter '{name}'", key), secret)
        {
            Default = parameterDefault,
            ConfigurationKey = key,
        };

    // Some shells cannot export names with dashes.
    private static string? Given(IDistributedApplicationBuilder builder, string key) =>
        builder.Configuration[key] ?? builder.Configuration[key.Replace('-', '_')];

    private static ParameterDefault Persisted(IDistributedApplicationBuilder builder, ParameterDefault value, string key) =>
        builder.ExecutionContext.IsRunMode
        && !OrchestrationOptions.From(builder.Configuration).IsUnattended
        && UserSecrets.Of(builder.AppHostAssembly) is { } secrets
            ? new PersistedParameterDefault(value, secrets, key)
            : value;

    private static MissingParameterValueException Missing(string what, string key) => new(
        $"{what} has no value. Set '{key}': with 'dotnet user-secrets set \"{key}\" VALUE' in the AppHost's folder, "
        + $"with the environment variable {key.Replace(":", "__", StringComparison.Ordinal).Replace('-', '_')}, or with '--{key}=VALUE' on the command line.");
}
