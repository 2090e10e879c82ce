using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Redis.Provisioning;

/// <summary>What the resource says of itself when somebody else runs it. All that may hold a password is a secret, and masked as one.</summary>
internal sealed class GivenRedisAnnotation : IResourceAnnotation
{
    public GivenRedisAnnotation(string name, GivenRedis redis)
    {
        ConnectionString = Secret(name, redis.ConnectionString);
        Uri = Secret($"{name}-uri", redis.Uri);
        Password = redis.Password is null ? null : Secret($"{name}-password", redis.Password);
        Host = Plain(redis.Host);
        Port = Plain(redis.Port.ToString(CultureInfo.InvariantCulture));
    }

    public ReferenceExpression ConnectionString { get; }

    public ReferenceExpression Uri { get; }

    public ReferenceExpression Host { get; }

    public ReferenceExpression Port { get; }

    public ReferenceExpression? Password { get; }

    public IEnumerable<KeyValuePair<string, ReferenceExpression>> Properties()
    {
        yield return new("Host", Host);
        yield return new("Port", Port);
        if (Password is not null)
        {
            yield return new("Password", Password);
        }

        yield return new("Uri", Uri);
    }

    private static ReferenceExpression Secret(string name, string value)
    {
        var parameter = new ParameterResource(name, _ => value, secret: true);
        return ReferenceExpression.Create($"{parameter}");
    }

    private static ReferenceExpression Plain(string value) => ReferenceExpression.Create($"{value}");
}
