namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>Defaults of bearer authentication.</summary>
public static class JwtBearerDefaults
{
    /// <summary>The default name of the scheme.</summary>
    public const string AuthenticationScheme = "Bearer";
}
