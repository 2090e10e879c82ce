using Microsoft.IdentityModel.Tokens;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>
/// The library, in the version that restricted feeds have, takes a missing time for the year 1: a token that never expires is then an
/// expired one, whatever the parameters require.
/// </summary>
internal static class TokenLifetime
{
    public static void Mend(TokenValidationParameters parameters)
    {
        if (parameters.LifetimeValidator is null)
        {
            var rules = parameters.Clone();
            parameters.LifetimeValidator = (notBefore, expires, token, _) =>
            {
                Validators.ValidateLifetime(Present(notBefore), Present(expires), token, rules);
                return true;
            };
        }
    }

    private static DateTime? Present(DateTime? moment) => moment == DateTime.MinValue ? null : moment;
}
