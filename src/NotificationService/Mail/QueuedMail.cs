using Platform.Contracts.Mail;

namespace NotificationService.Mail;

/// <summary>An e-mail that is to be sent now.</summary>
/// <param name="EntryId">Its place in the queue.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Message">Null when it cannot be opened: sealed with another key, or damaged.</param>
internal sealed record QueuedMail(string EntryId, string Id, int Attempt, TimeSpan Age, SendMailRequest? Message);
