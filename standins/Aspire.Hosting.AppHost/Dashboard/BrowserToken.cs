using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// Who may look: whoever opened the address that the console printed. The page shows secrets, and any other program or web page on the
/// machine can reach its port.
/// </summary>
internal sealed class BrowserToken(IConfiguration configuration)
{
    private const string Cookie = "dashboard-token";
    private const int Bytes = 16;

    private readonly string _token = configuration["AppHost:BrowserToken"] is { Length: > 0 } chosen
        ? chosen
        : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>No token is asked for.</summary>
    public bool AllowsAnyone { get; } =
        configuration.GetValue<bool>("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS")
        || configuration.GetValue<bool>("DOTNET_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS");

    public string AddressFor(string url) => AllowsAnyone ? url : $"{url}/login?t={_token}";

    public bool Admits(HttpContext context) => AllowsAnyone || IsToken(context.Request.Cookies[Cookie]);

    /// <summary>Exchanges the token of the printed address for a cookie.</summary>
    public bool TryLogIn(HttpContext context)
    {
        if (!IsToken(context.Request.Query["t"]))
        {
            return false;
        }

        context.Response.Cookies.Append(
            Cookie, _token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true });
        return true;
    }

    private bool IsToken(string? candidate) =>
        candidate is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(candidate), Encoding.UTF8.GetBytes(_token));
}
