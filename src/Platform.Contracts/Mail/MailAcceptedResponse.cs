namespace Platform.Contracts.Mail;

/// <summary>An e-mail was taken on and will be sent.</summary>
/// <param name="Id">Of the e-mail, <c>eml_…</c>; also part of its <c>Message-ID</c>.</param>
public sealed record MailAcceptedResponse(string Id);
