namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value given from outside: by configuration, user secrets, the environment or the command line.</summary>
public class ParameterResource : Resource, IExpressionValue
{
    private readonly Lazy<string> _value;

    public ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Secret = secret;
        ConfigurationKey = $"Parameters:{name}";
        _value = new Lazy<string>(() => callback(Default));
    }

    public bool Secret { get; }

    public ParameterDefault? Default { get; set; }

    public string? Description { get; internal set; }

    internal bool DescriptionIsMarkdown { get; set; }

    public string ValueExpression => $"{{{Name}.value}}";

    internal bool IsConnectionString { get; init; }

    /// <summary>Where the value is looked up, e.g. <c>Parameters:redis-password</c>.</summary>
    internal string ConfigurationKey { get; init; }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => ValueTask.FromResult<string?>(_value.Value);
}
