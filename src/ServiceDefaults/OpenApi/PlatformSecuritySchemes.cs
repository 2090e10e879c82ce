namespace Platform.ServiceDefaults.OpenApi;

/// <summary>What the ways to authenticate are called in the description of every service's API.</summary>
public static class PlatformSecuritySchemes
{
    public const string Bearer = "bearer";
}
