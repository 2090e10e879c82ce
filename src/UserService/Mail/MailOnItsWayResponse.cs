using Microsoft.AspNetCore.Http.HttpResults;

namespace UserService.Mail;

/// <summary>The same for everybody: it does not tell who has an account.</summary>
internal sealed record MailOnItsWayResponse(string Detail)
{
    private static readonly MailOnItsWayResponse Only = new("If the address is one that can be used for this, an e-mail is on its way to it.");

    public static Accepted<MailOnItsWayResponse> Accepted() => TypedResults.Accepted((string?)null, Only);
}
