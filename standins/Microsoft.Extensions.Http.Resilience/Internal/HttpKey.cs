namespace Microsoft.Extensions.Http.Resilience;

/// <summary>A pipeline is built per name; per instance it keeps its own state (breaker, limiter).</summary>
internal readonly record struct HttpKey(string Name, string InstanceName)
{
    public static readonly IEqualityComparer<HttpKey> BuilderComparer = EqualityComparer<HttpKey>.Create(
        static (left, right) => left.Name == right.Name, static key => key.Name.GetHashCode(StringComparison.Ordinal));
}
