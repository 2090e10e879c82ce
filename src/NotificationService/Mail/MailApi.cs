using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Contracts.Mail;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;

namespace NotificationService.Mail;

internal static class MailApi
{
    public const string HowToConfigure =
        "The operator must set Mail:Transport to Smtp, with Mail:Smtp:Host and Mail:From, or to Directory, with Mail:Directory.";

    private const long LargestBody = 64 * 1024;

    private static readonly TimeSpan RetryUnconfigured = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryFull = TimeSpan.FromSeconds(30);

    public static void MapMailApi(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/mail", SendAsync).WithTags("Mail")
        .RequireScope(Scopes.SendMail).WithRequestBodyLimit(LargestBody)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .WithName("SendMail").WithSummary("Takes on an e-mail and sends it soon, however often that must be tried; UserService only.");

    private static async Task<Accepted<MailAcceptedResponse>> SendAsync(
        SendMailRequest request, ClaimsPrincipal caller, MailQueue queue, IOptions<MailOptions> options, CancellationToken cancellationToken)
    {
        if (options.Value.Transport == MailTransportKind.None)
        {
            throw Problems.Unavailable(RetryUnconfigured, "mail_unconfigured", "E-mails cannot be sent here", HowToConfigure);
        }

        return await queue.AddAsync(caller.ClientId()!, request, cancellationToken) is { } id
            ? TypedResults.Accepted((string?)null, new MailAcceptedResponse(id))
            : throw Problems.Unavailable(
                RetryFull, "mail_queue_full", "Too many e-mails wait", "The mail server may be away. Repeat the call after the time in Retry-After.");
    }
}
