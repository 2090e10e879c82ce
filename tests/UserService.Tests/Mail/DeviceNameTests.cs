using System.Net;
using System.Net.Http.Json;
using UserService.Sessions;

namespace UserService.Tests.Mail;

/// <summary>E-mails name the device on which something was done as its owner does.</summary>
public sealed class DeviceNameTests(ServiceFixture service)
{
    private const string DeviceName = "Ada's phone";

    private readonly UserServiceApplication _application = service.Application;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Ada's phone (2)", "Ada's phone (2)")]
    [InlineData("Zoë’s 電話 \U0001F4F1", "Zoë’s 電話 \U0001F4F1")]
    [InlineData("iPhone\", Safari on iPhone at 192.0.2.1. All is well", "iPhone Safari on iPhone at 192 0 2 1 All is well")]
    [InlineData("undo at https://evil.example/reset", "undo at https evil example reset")]
    [InlineData("\u202Eenohp\u2028new line", "enohp new line")]
    [InlineData("...", "")]
    public void Name_InAnEmail_StaysBetweenItsQuotesAndIsNoLink(string name, string quoted) => Assert.Equal(quoted, Device.Quotable(name));

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
