namespace AppHost.Resources;

internal static class CredentialsExtensions
{
    /// <summary>
    /// What a service needs to check tokens and to be known by the others: the issuer, its own client id and secret, which UserService
    /// is told too, and the secret from which it derives the keys that seal its data at rest.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="userService">Who issues tokens.</param>
    /// <param name="scopes">What it may ask of others; those of the platform's own services are known.</param>
    public static IResourceBuilder<ProjectResource> WithCredentials(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<ProjectResource> userService, params string[] scopes)
    {
        var name = builder.Resource.Name;
        var clientSecret = builder.ApplicationBuilder.AddGeneratedSecret($"{name}-client-secret");
        var sealingKey = builder.ApplicationBuilder.AddGeneratedSecret(SealingKeyOf(name));

        userService.WithEnvironment($"Clients__{name}__Secret", clientSecret);
        if (scopes.Length > 0)
        {
            userService.WithEnvironment($"Clients__{name}__Scopes", string.Join(' ', scopes));
        }

        return builder
            .WithEnvironment("Auth__Issuer", userService.GetEndpoint("http"))
            .WithEnvironment("Auth__ClientId", name)
            .WithEnvironment("Auth__ClientSecret", clientSecret)
            .WithEnvironment("Sealing__Key", sealingKey);
    }

    /// <summary>The secret from which a service that has its credentials derives the keys that seal its data at rest.</summary>
    public static IResourceBuilder<ParameterResource> SealingKey(this IResourceBuilder<ProjectResource> builder) => builder.ApplicationBuilder.CreateResourceBuilder(
        builder.ApplicationBuilder.Resources.OfType<ParameterResource>().Single(parameter => parameter.Name == SealingKeyOf(builder.Resource.Name)));

    private static string SealingKeyOf(string name) => $"{name}-sealing-key";
}
