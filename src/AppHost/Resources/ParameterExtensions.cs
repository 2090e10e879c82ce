namespace AppHost.Resources;

internal static class ParameterExtensions
{
    // StackExchange.Redis and other connection strings give commas and equals signs a meaning; letters and digits are safe everywhere.
    private const int Length = 32;

    /// <summary>
    /// A secret that nobody has to think of: generated on first use and kept in the user secrets in Development, generated or asked for
    /// by the tool that deploys. <c>Parameters:{name}</c> overrides it.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddGeneratedSecret(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = Length, Special = false }, secret: true, persist: true);
}
