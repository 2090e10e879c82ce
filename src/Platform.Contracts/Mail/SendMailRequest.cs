using System.ComponentModel.DataAnnotations;

namespace Platform.Contracts.Mail;

/// <summary>Sends one e-mail in plain text.</summary>
/// <param name="To">One address, without a name.</param>
/// <param name="Subject">One line of up to 150 characters.</param>
/// <param name="Text">The body, up to 8,000 characters.</param>
/// <param name="DedupeKey">Sent again by the same service with the same key, nothing more is sent. Known for two days.</param>
public sealed record SendMailRequest(
    [property: Required, StringLength(254), RegularExpression(SendMailRequest.Address, ErrorMessage = "To is one e-mail address, such as ada@example.com.")] string To,
    [property: Required, StringLength(150), RegularExpression(@"[^\p{Cc}\u2028\u2029]+", ErrorMessage = "Subject is one line.")] string Subject,
    [property: Required, StringLength(8000)] string Text,
    [property: Required, StringLength(128)] string DedupeKey)
{
    /// <summary>No spaces, control characters, names, lists or comments: nothing that could become a header or a second receiver.</summary>
    private const string Address = @"[^\s@<>()\[\],;:\\""\p{Cc}]+@[^\s@<>()\[\],;:\\""\p{Cc}]+";

    /// <summary>Keeps the person and the message out of whatever prints records.</summary>
    public override string ToString() => nameof(SendMailRequest);
}
