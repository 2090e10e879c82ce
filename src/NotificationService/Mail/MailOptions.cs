using System.ComponentModel.DataAnnotations;

namespace NotificationService.Mail;

internal enum MailTransportKind
{
    /// <summary>E-mails are refused with 503.</summary>
    None,

    /// <summary>Hands them to a mail server (RFC 5321).</summary>
    Smtp,

    /// <summary>Writes them as <c>.eml</c> files, for development.</summary>
    Directory,
}

/// <summary>How e-mails leave, and how hard it is tried.</summary>
internal sealed class MailOptions
{
    public const string SectionName = "Mail";

    /// <value>Default: none.</value>
    public MailTransportKind Transport { get; set; }

    /// <summary>The sender, such as <c>Platform &lt;no-reply@example.com&gt;</c>.</summary>
    /// <value>Default: an address that cannot be answered; needed with Smtp.</value>
    public string From { get; set; } = "Platform <no-reply@platform.example>";

    /// <summary>Where the files go.</summary>
    public string? Directory { get; set; }

    public SmtpOptions Smtp { get; } = new();

    /// <summary>The longest that one attempt may take.</summary>
    /// <value>Default: 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00", ErrorMessage = "Mail:Timeout must be between 0.1 s and 5 minutes.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait after the first failed attempt, which doubles with every further one; also after which another replica takes over.</summary>
    /// <value>Default: 1 min, long enough for a receiver that greets strangers with "try again" (greylisting).</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <value>Default: 15 min.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <value>Default: 100, so that age decides.</value>
    [Range(1, 1000, ErrorMessage = "Mail:MaxAttempts must be between 1 and 1,000.")]
    public int MaxAttempts { get; set; } = 100;

    /// <summary>An e-mail that could not be sent for this long is given up.</summary>
    /// <value>Default: 1 day.</value>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>E-mails that may wait; more are refused with 503.</summary>
    /// <value>Default: 10,000.</value>
    [Range(1, 1_000_000, ErrorMessage = "Mail:MaxQueued must be between 1 and 1,000,000.")]
    public int MaxQueued { get; set; } = 10_000;
}

/// <summary>The mail server.</summary>
internal sealed class SmtpOptions
{
    public string? Host { get; set; }

    /// <value>Default: 587, submission (RFC 6409).</value>
    public int Port { get; set; } = 587;

    /// <summary>Whether to insist on STARTTLS (RFC 3207).</summary>
    /// <value>Default: true. Without it no password is sent.</value>
    public bool Tls { get; set; } = true;

    public string? UserName { get; set; }

    public string? Password { get; set; }
}
