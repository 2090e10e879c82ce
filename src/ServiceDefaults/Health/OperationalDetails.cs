using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.ServiceDefaults.Authentication;

namespace Platform.ServiceDefaults.Health;

/// <summary>Who sees more of a service's inside than whether it works.</summary>
public static class OperationalDetails
{
    /// <summary>Everybody in Development; administrators elsewhere.</summary>
    public static bool MayBeSeen(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment() || context.User.IsAdmin();
    }
}
