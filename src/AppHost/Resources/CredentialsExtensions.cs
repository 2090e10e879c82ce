namespace AppHost.Resources;

internal static class CredentialsExtensions
{
    /// <summary>
    /// What a service needs to check tokens and to be known by the others: the issuer, its own client id and secret, which UserService
    /// is told too, and the secret from which it derives the keys that seal its data at rest.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithCredentials(
        this IResourceBuilder<ProjectResource> builder, IResourceBuilder<ProjectResource> userService)
    {
        var name = builder.Resource.Name;
        var clientSecret = builder.ApplicationBuilder.AddGeneratedSecret($"{name}-client-secret");
        var sealingKey = builder.ApplicationBuilder.AddGeneratedSecret($"{name}-sealing-key");

        userService.WithEnvironment($"Clients__{name}__Secret", clientSecret);
        return builder
            .WithEnvironment("Auth__Issuer", userService.GetEndpoint("http"))
            .WithEnvironment("Auth__ClientId", name)
            .WithEnvironment("Auth__ClientSecret", clientSecret)
            .WithEnvironment("Sealing__Key", sealingKey);
    }
}
