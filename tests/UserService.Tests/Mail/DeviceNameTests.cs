using System.Net;
using System.Net.Http.Json;

namespace UserService.Tests.Mail;

/// <summary>E-mails name the device on which something was done as its owner does.</summary>
public sealed class DeviceNameTests(ServiceFixture service)
{
    private const string DeviceName = "Ada's phone";

    private readonly UserServiceApplication _application = service.Application;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mail_ToAnAddressThatIsKnownToBeTheOwners_NamesTheDevice_AndToNoOther(bool confirmed)
    {
        var person = await _application.NewPersonAsync();
        using var anonymous = _application.CreateClient();
        if (confirmed)
        {
            using var known = _application.ClientOf(person.Tokens);
            using var asked = await known.PostAsync(new Uri("/v1/users/me/email-confirmation", UriKind.Relative), null, Stop);
            var token = await _application.Notifications.TokenAsync(person.Email, "Confirm your e-mail address");
            using var done = await anonymous.PostAsJsonAsync("/v1/users/email-confirmation/confirm", new { token }, Stop);
            Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        }

        using var login = await anonymous.PostAsJsonAsync(
            "/v1/auth/login", new { email = person.Email, password = person.Password, deviceName = DeviceName }, Stop);
        using var phone = _application.ClientOf(IssuedTokens.Of(await UserServiceApplication.ReadAsync(login)));
        using var changed = await phone.PutAsJsonAsync(
            "/v1/users/me/password", new { currentPassword = person.Password, newPassword = "another correct horse 7391" }, Stop);
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);

        var mail = await _application.Notifications.MailAsync(person.Email, "Your password was changed");
        Assert.Contains(confirmed ? $"changed: \"{DeviceName}\"." : "changed: Unknown device.", mail.Text, StringComparison.Ordinal);
    }
}
