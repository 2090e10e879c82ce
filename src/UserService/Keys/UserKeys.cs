using Platform.Redis.Keys;
using Platform.ServiceDefaults.PersonalData;
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

    /// <summary>Longest that somebody's failed attempts are remembered.</summary>
    public static readonly TimeSpan LongestAttempts = TimeSpan.FromDays(1);

    /// <summary>Who was not seen for this long need not be in the cache from the start.</summary>
    public static readonly TimeSpan RecentLifetime = TimeSpan.FromDays(7);

    /// <summary>Longest that a token in an e-mail can be configured to live.</summary>
    public static readonly TimeSpan LongestOneUse = TimeSpan.FromDays(7);

    private static readonly KeyFamily AccountFamily = new(
        "account", 1, KeyType.Hash, KeyTtl.None("An account lives until it is deleted; one that was never finished expires in a minute."),
        "one per account, a few KB", "Users", PersonalData: true,
        "State and concurrency stamp in the open, everything about the person sealed.");

    private static readonly KeyFamily EmailFamily = new(
        "email", 1, KeyType.String, KeyTtl.None("Kept as long as its account; one for an account that was never finished expires in two minutes, and one whose account is gone is taken over by the next claim."),
        "one per account", "Users", PersonalData: false, "HMAC of a normalised e-mail address to the id of the account that holds it, and a stamp of the claim.");

    private static readonly KeyFamily NameFamily = new(
        "name", 1, KeyType.String, KeyTtl.None("Kept as long as its account; one for an account that was never finished expires in two minutes, and one whose account is gone is taken over by the next claim."),
        "one per account", "Users", PersonalData: false, "HMAC of a normalised user name to the id of the account that holds it, and a stamp of the claim.");

    private static readonly KeyFamily AccountListFamily = new(
        "accounts", 1, KeyType.SortedSet, KeyTtl.None("Lists all accounts."),
        "one member per account", "Users", PersonalData: false, "Ids of all accounts in order of creation, for the list of administrators.");

    private static readonly KeyFamily AdministratorsFamily = new(
        "administrators", 1, KeyType.Set, KeyTtl.None("There is always an administrator."),
        "one member per administrator", "Users", PersonalData: false, "Ids of the accounts that are administrators, so that the last one stays.");

    private static readonly KeyFamily RecentUsersFamily = new(
        "recent-users", 1, KeyType.SortedSet, KeyTtl.Within(RecentLifetime), "the 1,000 seen last", "Users", PersonalData: false,
        "Ids of people by when they were seen, to warm up the cache with.");

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

    private static readonly KeyFamily AttemptsFamily = new(
        "attempts", 1, KeyType.Hash, KeyTtl.Within(LongestAttempts),
        "one per name that is tried and one per network that tries it, 60 bytes", "Lockout", PersonalData: false,
        "Attempts to sign in or to confirm that failed or are under way, by HMAC of the name or id of the account, and HMAC of the network.");

    private static readonly KeyFamily KnownNetworksFamily = new(
        "known-networks", 1, KeyType.SortedSet, KeyTtl.Within(TimeSpan.FromDays(90)),
        "at most Lockout:KnownNetworks members per name of an account", "Lockout", PersonalData: true,
        "HMACs of the networks where the owner of an account signed in, by time: strangers' guesses do not slow these down.");

    private static readonly KeyFamily PendingFactorFamily = new(
        "pending-factor", 1, KeyType.String, KeyTtl.Within(TimeSpan.FromMinutes(10)),
        "one per person who is turning a second factor on, 100 bytes", "TwoFactor", PersonalData: false,
        "The sealed secret of a second factor that no code has confirmed yet.");

    private static readonly KeyFamily TicketFamily = new(
        "ticket", 1, KeyType.Hash, KeyTtl.Within(TimeSpan.FromMinutes(5)),
        "one per sign-in that waits for its second factor, 500 bytes", "TwoFactor", PersonalData: true,
        "A password that was right, by digest of the ticket: security stamp, tries so far, the device sealed.");

    private static readonly KeyFamily TicketListFamily = new(
        "tickets", 1, KeyType.SortedSet, KeyTtl.Within(TimeSpan.FromMinutes(5)),
        "one member per sign-in of a person that waits for its second factor", "TwoFactor", PersonalData: false,
        "Which tickets a person has, by when they expire, so that they can be erased.");

    private static readonly KeyFamily OneUseFamily = new(
        "one-use", 1, KeyType.Hash, KeyTtl.Within(LongestOneUse),
        "3 tokens of a subject and purpose, 1 KB each", "OneUse", PersonalData: true,
        "Tokens that were sent to an address and are good once: digest to expiry and sealed content. By account, or by HMAC of an address without one.");

    private static readonly KeyFamily RevocationsFamily = new(
        "revocations", 1, KeyType.Stream, KeyTtl.Within(TimeSpan.FromHours(2)),
        "what was revoked in the last 71 minutes, some 40 bytes each", "Revocations", PersonalData: false,
        "The feed of revoked tokens, sessions and subjects, as digests. Every service follows it.");

    private static readonly KeyFamily SigningKeysFamily = new(
        "signing-keys", 1, KeyType.Hash, KeyTtl.None("Replicas and restarts must find the same keys."),
        "a handful of keys, 300 bytes each", "Tokens", PersonalData: false, "The key ring: key id to sealed private key.");

    private static readonly KeyFamily SigningKeyTimesFamily = new(
        "signing-key-times", 1, KeyType.Hash, KeyTtl.None("Kept as long as the key ring."),
        "a handful of keys, 100 bytes each", "Tokens", PersonalData: false,
        "When each key of the ring was created, began to sign and was retired; the version of the ring.");

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

    private static readonly KeyFamily ErasedFamily = new(
        "erased", 1, KeyType.String, KeyTtl.Within(PersonalDataExtensions.MarkerLifetime), "one for each person erased lately, empty", "Audit",
        PersonalData: false, "There while nothing is written to the own trail of a person who was erased.");

    private static readonly KeyFamily ErasureFamily = new(
        "erasure", 1, KeyType.Hash, KeyTtl.None("An erasure is kept until it is done, and its receipt for 30 days from then on."),
        "one per person who was or is to be erased, 2 KB", "Erasure", PersonalData: false,
        "What was erased of a person so far, then the receipt; whose is sealed, and the id is an HMAC.");

    private static readonly KeyFamily ErasuresFamily = new(
        "erasures", 1, KeyType.SortedSet, KeyTtl.None("Lists what is still to be done."), "one member per erasure that is not done", "Erasure",
        PersonalData: false, "Ids of erasures that are not done, by when they are tried next.");

    private static readonly KeyFamily ErasureAttemptsFamily = new(
        "erasure-attempts", 1, KeyType.Hash, KeyTtl.None("Goes with the erasures that are not done."), "one field per erasure that was tried again",
        "Erasure", PersonalData: false, "How often an erasure was tried, so that the pauses grow.");

    public static KeyRegistry Registry { get; } = new(
        "UserService", "user:",
        AccountFamily, EmailFamily, NameFamily, AccountListFamily, AdministratorsFamily, RecentUsersFamily, SessionListFamily, SessionFamily,
        SuccessorFamily, AttemptsFamily, KnownNetworksFamily, PendingFactorFamily, TicketFamily, TicketListFamily, RevocationsFamily, SigningKeysFamily, SigningKeyTimesFamily,
        OutboxFamily, AuditFamily, AuditOfPersonFamily, ErasedFamily, ErasureFamily, ErasuresFamily, ErasureAttemptsFamily, OneUseFamily);

    public RedisKey AccountList { get; } = keyspace.Key(AccountListFamily, "all");

    public RedisKey Administrators { get; } = keyspace.Key(AdministratorsFamily, "all");

    public RedisKey RecentUsers { get; } = keyspace.Key(RecentUsersFamily, "all");

    public RedisKey SigningKeys { get; } = keyspace.Key(SigningKeysFamily, "es256");

    public RedisKey SigningKeyTimes { get; } = keyspace.Key(SigningKeyTimesFamily, "es256");

    public RedisKey Revocations { get; } = keyspace.Key(RevocationsFamily, "feed");

    public RedisKey Outbox { get; } = keyspace.Key(OutboxFamily, "out");

    public RedisKey Audit { get; } = keyspace.Key(AuditFamily, "all");

    public RedisKey Erasures { get; } = keyspace.Key(ErasuresFamily, "all");

    public RedisKey ErasureAttempts { get; } = keyspace.Key(ErasureAttemptsFamily, "all");

    public RedisKey Erasure(string erasureId) => keyspace.Key(ErasureFamily, "all", erasureId);

    public RedisKey Account(string userId) => keyspace.Key(AccountFamily, userId);

    public RedisKey Email(string partition) => keyspace.Key(EmailFamily, partition);

    public RedisKey Name(string partition) => keyspace.Key(NameFamily, partition);

    public RedisKey AuditOf(string userId) => keyspace.Key(AuditOfPersonFamily, userId);

    public RedisKey Erased(string userId) => keyspace.Key(ErasedFamily, userId);

    public RedisKey SessionList(string userId) => keyspace.Key(SessionListFamily, userId);

    public RedisKey Session(string userId, string sessionId) => keyspace.Key(SessionFamily, userId, sessionId);

    public RedisKey Successor(string userId, string sessionId) => keyspace.Key(SuccessorFamily, userId, sessionId);

    public RedisKey Attempts(string partition, string source) => keyspace.Key(AttemptsFamily, partition, source);

    public RedisKey AllAttempts(string partition) => keyspace.Key(AttemptsFamily, partition);

    public RedisKey KnownNetworks(string partition) => keyspace.Key(KnownNetworksFamily, partition);

    public RedisKey PendingFactor(string userId) => keyspace.Key(PendingFactorFamily, userId);

    public RedisKey Ticket(string userId, string digest) => keyspace.Key(TicketFamily, userId, digest);

    public RedisKey TicketList(string userId) => keyspace.Key(TicketListFamily, userId);

    /// <param name="subject">The id of an account, or the HMAC of an address.</param>
    public RedisKey OneUseTokens(string subject, string purpose) => keyspace.Key(OneUseFamily, subject, purpose);
}
