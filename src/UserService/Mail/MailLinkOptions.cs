using System.ComponentModel.DataAnnotations;

namespace UserService.Mail;

/// <summary>
/// Where the links in e-mails lead: pages of the product's own site that send the token on. Put <c>{token}</c> behind a <c>#</c>: what follows it
/// reaches no server and no log.
/// </summary>
internal sealed class MailLinkOptions : IValidatableObject
{
    public const string SectionName = "Mail:Links";
    private const string Token = "{token}";

    /// <value>Default: none; the e-mail then shows the token to be copied.</value>
    public string? Registration { get; set; }

    /// <value>Default: none; the e-mail then shows the token to be copied.</value>
    public string? PasswordReset { get; set; }

    /// <value>Default: none; the e-mail then shows the token to be copied.</value>
    public string? EmailConfirmation { get; set; }

    /// <summary>What an e-mail says of a token: the link with it, or the token alone.</summary>
    public static string Of(string? template, string token) => template is { Length: > 0 }
        ? $"open this link:\n\n{template.Replace(Token, token, StringComparison.Ordinal)}" : $"use this code:\n\n{token}";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        ((string Name, string? Template)[])[
            (nameof(Registration), Registration), (nameof(PasswordReset), PasswordReset), (nameof(EmailConfirmation), EmailConfirmation)]
            is var all ? all.Where(link => !IsValid(link.Template)).Select(link => new ValidationResult(
                $"{SectionName}:{link.Name} must be an http(s) URL that contains {Token}, such as https://app.example.com/reset#{Token}.", [link.Name])) : [];

    private static bool IsValid(string? template) => string.IsNullOrEmpty(template)
        || (template.Contains(Token, StringComparison.Ordinal)
            && Uri.TryCreate(template.Replace(Token, "x", StringComparison.Ordinal), UriKind.Absolute, out var uri)
            && uri.Scheme is "https" or "http");
}
