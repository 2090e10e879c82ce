using Platform.Redis.Keys;
using StackExchange.Redis;

namespace UserService.Keys;

/// <summary>
/// Every key of this service. All that belongs to one person shares the hash tag of that person's id, so that one script can decide
/// over account, sessions and refresh tokens together, on Redis Cluster too.
/// </summary>
internal sealed class UserKeys(Keyspace keyspace)
{
    /// <summary>Longest that a session can be configured to live.</summary>
    public static readonly TimeSpan LongestSession = TimeSpan.FromDays(365);

    /// <summary>Longest that events of the audit trail can be configured to be kept.</summary>
    public static readonly TimeSpan LongestAudit = TimeSpan.FromDays(400);

    private static readonly KeyFamily AccountFamily = new(
        "account", 1, KeyType.Hash, KeyTtl.None("An account lives until it is deleted; one that was never finished expires in a minute."),
        "one per account, a few KB", "Users", PersonalData: true,
        "State and concurrency stamp in the open, everything about the person sealed.");

    private static readonly KeyFamily EmailFamily = new(
        "email", 1, KeyType.String, KeyTtl.None("Kept as long as its account; one whose account is gone is taken over by the next claim."),
        "one per account", "Users", PersonalData: false, "HMAC of a normalised e-mail address to the id of the account that holds it.");

    private static readonly KeyFamily NameFamily = new(
        "name", 1, KeyType.String, KeyTtl.None("Kept as long as its account; one whose account is gone is taken over by the next claim."),
        "one per account", "Users", PersonalData: false, "HMAC of a normalised user name to the id of the account that holds it.");

    private static readonly KeyFamily AccountListFamily = new(
        "accounts", 1, KeyType.SortedSet, KeyTtl.None("Lists all accounts."),
        "one member per account", "Users", PersonalData: false, "Ids of all accounts in order of creation, for the list of administrators.");

    private static readonly KeyFamily AdministratorsFamily = new(
        "administrators", 1, KeyType.Set, KeyTtl.None("There is always an administrator."),
        "one member per administrator", "Users", PersonalData: false, "Ids of the accounts that are administrators, so that the last one stays.");

    private static readonly KeyFamily SessionListFamily = new(
        "sessions", 1, KeyType.SortedSet, KeyTtl.Within(LongestSession),
        "at most Sessions:MaxPerUser members", "Sessions", PersonalData: false,
        "The live sessions of a person with their expiry. What is not listed here is not signed in.");

    private static readonly KeyFamily SessionFamily = new(
        "session", 1, KeyType.Hash, KeyTtl.Within(LongestSession),
        "at most Sessions:MaxPerUser per person, 1 KB", "Sessions", PersonalData: true,
        "One session: times, digest and generation of its refresh token; device and address sealed.");

    private static readonly KeyFamily SuccessorFamily = new(
        "successor", 1, KeyType.String, KeyTtl.Within(TimeSpan.FromMinutes(1)),
        "one per session that was refreshed just now, 2 KB", "Sessions", PersonalData: false,
        "The sealed answer to the last refresh, given again to whoever repeats it within the grace period.");

    private static readonly KeyFamily RevocationsFamily = new(
        "revocations", 1, KeyType.Stream, KeyTtl.Within(TimeSpan.FromHours(2)),
        "what was revoked in the last 71 minutes, some 40 bytes each", "Revocations", PersonalData: false,
        "The feed of revoked tokens, sessions and subjects, as digests. Every service follows it.");

    private static readonly KeyFamily SigningKeysFamily = new(
        "signing-keys", 1, KeyType.Hash, KeyTtl.None("Replicas and restarts must find the same keys."),
        "a handful of keys, 300 bytes each", "Tokens", PersonalData: false, "The key ring: key id to sealed private key.");

    private static readonly KeyFamily OutboxFamily = new(
        "outbox", 1, KeyType.Stream, KeyTtl.None("A message goes when it was delivered, or after a day."),
        "100,000 messages of 1 KB", "Outbox", PersonalData: true, "What other services are to do for this one, sealed.");

    private static readonly KeyFamily AuditFamily = new(
        "audit", 1, KeyType.Stream, KeyTtl.Within(LongestAudit),
        "Audit:MaxEvents entries of some 150 bytes", "Audit", PersonalData: false,
        "Who did what to whose account, when, with which outcome. From where is kept with the person, or sealed where there is none.");

    private static readonly KeyFamily AuditOfPersonFamily = new(
        "audit-of", 1, KeyType.Stream, KeyTtl.Within(LongestAudit),
        "1,000 entries of some 300 bytes per person", "Audit", PersonalData: true,
        "The same of one person, with address and device, sealed.");

    public static KeyRegistry Registry { get; } = new(
        "UserService", "user:",
        AccountFamily, EmailFamily, NameFamily, AccountListFamily, AdministratorsFamily, SessionListFamily, SessionFamily, SuccessorFamily,
        RevocationsFamily, SigningKeysFamily, OutboxFamily, AuditFamily, AuditOfPersonFamily);

    public RedisKey AccountList { get; } = keyspace.Key(AccountListFamily, "all");

    public RedisKey Administrators { get; } = keyspace.Key(AdministratorsFamily, "all");

    public RedisKey SigningKeys { get; } = keyspace.Key(SigningKeysFamily, "es256");

    public RedisKey Revocations { get; } = keyspace.Key(RevocationsFamily, "feed");

    public RedisKey Outbox { get; } = keyspace.Key(OutboxFamily, "out");

    public RedisKey Audit { get; } = keyspace.Key(AuditFamily, "all");

    public RedisKey Account(string userId) => keyspace.Key(AccountFamily, userId);

    public RedisKey Email(string partition) => keyspace.Key(EmailFamily, partition);

    public RedisKey Name(string partition) => keyspace.Key(NameFamily, partition);

    public RedisKey AuditOf(string userId) => keyspace.Key(AuditOfPersonFamily, userId);

    public RedisKey SessionList(string userId) => keyspace.Key(SessionListFamily, userId);

    public RedisKey Session(string userId, string sessionId) => keyspace.Key(SessionFamily, userId, sessionId);

    public RedisKey Successor(string userId, string sessionId) => keyspace.Key(SuccessorFamily, userId, sessionId);
}
