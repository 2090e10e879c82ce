using Platform.Redis.Keys;
using Platform.ServiceDefaults.PersonalData;
using StackExchange.Redis;

namespace NotificationService;

/// <summary>Every Redis key of this service. A person's keys share one hash tag, so one script may touch them together.</summary>
internal sealed class NotificationKeys(Keyspace keyspace)
{
    /// <summary>An inbox that nobody wrote to for this long is gone.</summary>
    public static readonly TimeSpan InboxLifetime = TimeSpan.FromDays(90);

    /// <summary>For this long a repeated send is known to be one.</summary>
    public static readonly TimeSpan DedupeLifetime = TimeSpan.FromDays(7);

    /// <summary>For this long a stream that was cut off can be resumed.</summary>
    public static readonly TimeSpan EventLifetime = TimeSpan.FromDays(7);

    /// <summary>For this long a repeated e-mail is known to be one. Longer than its sender tries to hand it over.</summary>
    public static readonly TimeSpan MailDedupeLifetime = TimeSpan.FromDays(2);

    /// <summary>The longest that an e-mail can be configured to wait for its mail server.</summary>
    public static readonly TimeSpan LongestMailAge = TimeSpan.FromDays(5);

    private const string Owner = "NotificationService.Notifications";

    private const string MailOwner = "NotificationService.Mail";
    private const string MailQueue = "queue";

    private static readonly KeyFamily InboxFamily = new(
        "inbox", 1, KeyType.SortedSet, KeyTtl.Within(InboxLifetime), "1,000 notifications", Owner, PersonalData: false,
        "Ids of a person's notifications, oldest first");

    private static readonly KeyFamily ItemsFamily = new(
        "items", 1, KeyType.Hash, KeyTtl.Within(InboxLifetime), "1,000 notifications of 16 KiB", Owner, PersonalData: true,
        "Notification by id, sealed");

    private static readonly KeyFamily ReadFamily = new(
        "read", 1, KeyType.Hash, KeyTtl.Within(InboxLifetime), "1,000 notifications", Owner, PersonalData: false,
        "When a notification was read, by id, in milliseconds since 1970");

    private static readonly KeyFamily DedupeFamily = new(
        "dedupe", 1, KeyType.String, KeyTtl.Within(DedupeLifetime), "one for each send that named a key", Owner, PersonalData: false,
        "Id of the notification that was sent with a dedupe key");

    private static readonly KeyFamily SentFamily = new(
        "sent", 1, KeyType.SortedSet, KeyTtl.Within(DedupeLifetime), "one member for each live dedupe key", Owner, PersonalData: false,
        "Which dedupe keys a person has, by when they expire, so that they can be erased");

    private static readonly KeyFamily ErasedFamily = new(
        "erased", 1, KeyType.String, KeyTtl.Within(PersonalDataExtensions.MarkerLifetime), "one for each person erased lately, empty", Owner,
        PersonalData: false, "There while nothing is taken for a person who was erased");

    private static readonly KeyFamily EventsFamily = new(
        "events", 1, KeyType.Stream, KeyTtl.Within(EventLifetime), "about 1,000 events", "NotificationService.Stream", PersonalData: true,
        "What happened in a person's inbox, for live streams; notifications sealed");

    private static readonly KeyFamily MailFamily = new(
        "mail", 1, KeyType.Stream, KeyTtl.Within(LongestMailAge), "Mail:MaxQueued e-mails of up to 40 KiB", MailOwner, PersonalData: true,
        "E-mails that wait to be sent, sealed; each is deleted when it was sent");

    private static readonly KeyFamily MailDedupeFamily = new(
        "mail-dedupe", 1, KeyType.String, KeyTtl.Within(MailDedupeLifetime), "one for each e-mail", MailOwner, PersonalData: false,
        "Id of the e-mail that was sent with a dedupe key");

    public static readonly KeyRegistry Registry = new(
        "NotificationService", "notification:", InboxFamily, ItemsFamily, ReadFamily, DedupeFamily, SentFamily, ErasedFamily, EventsFamily, MailFamily,
        MailDedupeFamily);

    public RedisKey Mail { get; } = keyspace.Key(MailFamily, MailQueue);

    public RedisKey Inbox(string userId) => keyspace.Key(InboxFamily, userId);

    public RedisKey Items(string userId) => keyspace.Key(ItemsFamily, userId);

    public RedisKey Read(string userId) => keyspace.Key(ReadFamily, userId);

    /// <param name="digest">Of the sender and its dedupe key: what a caller sends never enters a key as it is.</param>
    public RedisKey Dedupe(string userId, string digest) => keyspace.Key(DedupeFamily, userId, digest);

    public RedisKey Sent(string userId) => keyspace.Key(SentFamily, userId);

    public RedisKey Erased(string userId) => keyspace.Key(ErasedFamily, userId);

    public RedisKey Events(string userId) => keyspace.Key(EventsFamily, userId);

    /// <param name="digest">As for <see cref="Dedupe"/>. In the partition of the queue, so that one script can look and add.</param>
    public RedisKey MailDedupe(string digest) => keyspace.Key(MailDedupeFamily, MailQueue, digest);
}
