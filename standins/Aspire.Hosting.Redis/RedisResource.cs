using Aspire.Hosting.Redis.Provisioning;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A Redis server.</summary>
public class RedisResource(string name) : ContainerResource(name), IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";

    private EndpointReference? _primaryEndpoint;

    public RedisResource(string name, ParameterResource password)
        : this(name) => PasswordParameter = password;

    public EndpointReference PrimaryEndpoint => _primaryEndpoint ??= new EndpointReference(this, PrimaryEndpointName);

    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    public ParameterResource? PasswordParameter { get; internal set; }

    public bool TlsEnabled => PrimaryEndpoint.TlsEnabled;

    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            if (Given is { } given)
            {
                return given.ConnectionString;
            }

            var expression = new ReferenceExpressionBuilder();
            expression.Append($"{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}");
            if (PasswordParameter is { } password)
            {
                expression.Append($",password={password}");
            }

            expression.Append($"{PrimaryEndpoint.GetTlsValue(ReferenceExpression.Create($",ssl=true"), ReferenceExpression.Create($""))}");
            return expression.Build();
        }
    }

    /// <summary><c>redis://:password@host:port</c>, or <c>rediss://</c> with TLS.</summary>
    public ReferenceExpression UriExpression
    {
        get
        {
            if (Given is { } given)
            {
                return given.Uri;
            }

            var expression = new ReferenceExpressionBuilder();
            expression.Append($"{PrimaryEndpoint.Property(EndpointProperty.Scheme)}://");
            if (PasswordParameter is { } password)
            {
                expression.Append($":{password:uri}@");
            }

            expression.Append($"{Host}:{Port}");
            return expression.Build();
        }
    }

    /// <summary>Somebody else's server that this resource stands for, when configuration names one.</summary>
    private GivenRedisAnnotation? Given => Annotations.OfType<GivenRedisAnnotation>().LastOrDefault();

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        ConnectionStringExpression.GetValueAsync(cancellationToken);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        if (Given is { } given)
        {
            return given.Properties();
        }

        var properties = new List<KeyValuePair<string, ReferenceExpression>>
        {
            new("Host", ReferenceExpression.Create($"{Host}")),
            new("Port", ReferenceExpression.Create($"{Port}")),
        };
        if (PasswordParameter is { } password)
        {
            properties.Add(new("Password", ReferenceExpression.Create($"{password}")));
        }

        properties.Add(new("Uri", UriExpression));
        return properties;
    }
}
