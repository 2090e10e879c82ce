using System.Globalization;
using Platform.Redis.Keys;
using Platform.ServiceDefaults.PersonalData;
using PrivacyService.Activity;
using PrivacyService.Tokens;
using StackExchange.Redis;

namespace PrivacyService;

/// <summary>
/// Every Redis key of this service. The partition is the owner of the data, as an HMAC; all keys of one owner share it, so one
/// script may touch them together, and none of them names a person.
/// </summary>
internal sealed class PrivacyKeys(Keyspace keyspace)
{
    /// <summary>The longest that an original may be kept.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(7);

    /// <summary>An owner's key outlives everything sealed under it.</summary>
    public static readonly TimeSpan SubjectLife = LongestLife + TimeSpan.FromDays(1);

    /// <summary>For this long after it expired, a pseudonym is answered with "gone" rather than "never heard of".</summary>
    public static readonly TimeSpan MemoryOfExpired = TimeSpan.FromDays(7);

    /// <summary>What was called is told for this long after the last call.</summary>
    public static readonly TimeSpan ActivityLife = TimeSpan.FromDays(30);

    /// <summary>Statistics tell of 30 days; a day is written to some days ahead, because it says what expires on it.</summary>
    public static readonly TimeSpan DayLife = TimeSpan.FromDays(40);

    /// <summary>Who restored what is told for this long.</summary>
    public static readonly TimeSpan RestoresLife = TimeSpan.FromDays(90);

    /// <summary>A receipt of an erasure can be read for this long.</summary>
    public static readonly TimeSpan ReceiptLife = TimeSpan.FromDays(30);

    private const string Owner = "PrivacyService.Vault";
    private const string Activity = "PrivacyService.Activity";
    private const string Restoring = "PrivacyService.Restoring";

    private static readonly KeyFamily SubjectFamily = new(
        "subject", 1, KeyType.String, KeyTtl.Within(SubjectLife), "one per owner, under 100 bytes", Owner, PersonalData: false,
        "An owner's data key, wrapped; without it everything of theirs is noise");

    private static readonly KeyFamily ValuesFamily = new(
        "vault", 1, KeyType.Hash, KeyTtl.Within(LongestLife), "about 1,000,000 values per scope", Owner, PersonalData: true,
        "Originals by pseudonym, sealed under the owner's key; whose turn it is where stand-ins are few, by keyed hash");

    private static readonly KeyFamily ScopeFamily = new(
        "scope", 1, KeyType.String, KeyTtl.Within(LongestLife + MemoryOfExpired), "one per scope", Owner, PersonalData: false,
        "Until when the originals of a scope are promised, in milliseconds since 1970");

    private static readonly KeyFamily DocumentFamily = new(
        "document", 1, KeyType.String, KeyTtl.Within(LongestLife), "one per call, 2 MiB", Owner, PersonalData: true,
        "A whole original document, sealed under the owner's key");

    private static readonly KeyFamily CallFamily = new(
        "call", 1, KeyType.String, KeyTtl.Within(LongestLife + MemoryOfExpired), "one per call", Owner, PersonalData: false,
        "Until when a whole document is promised, in milliseconds since 1970");

    private static readonly KeyFamily OwnedFamily = new(
        "owned", 1, KeyType.SortedSet, KeyTtl.Within(LongestLife + MemoryOfExpired), "one member per scope and document of the last 14 days", Owner,
        PersonalData: false, "Which scopes and documents an owner has, by when they are forgotten, so that they can be erased");

    private static readonly KeyFamily ErasedFamily = new(
        "erased", 1, KeyType.String, KeyTtl.Within(PersonalDataExtensions.MarkerLifetime), "one for each owner erased lately, empty", Owner,
        PersonalData: false, "There while nothing is taken for an owner who was erased");

    private static readonly KeyFamily EventsFamily = new(
        "events", 1, KeyType.Stream, KeyTtl.Within(ActivityLife), "one per owner of about 1,000 entries, one for all of about 10,000; under 1 KB each", Activity,
        PersonalData: false, "Calls as they ended: kind, outcome, counts and duration");

    private static readonly KeyFamily TotalsFamily = new(
        "totals", 1, KeyType.Hash, KeyTtl.None("Counts since ever."), "one; about 1,000 fields", Activity, PersonalData: false, "What was called since ever");

    private static readonly KeyFamily OwnTotalsFamily = new(
        "own-totals", 1, KeyType.Hash, KeyTtl.Within(ActivityLife), "one per owner; about 1,000 fields", Activity, PersonalData: false,
        "What was called for an owner");

    private static readonly KeyFamily DayFamily = new(
        "day", 1, KeyType.Hash, KeyTtl.Within(DayLife), "one per day; about 1,000 fields, and 1,440 for what expires in its minutes", Activity,
        PersonalData: false, "What was called on a day, and how many documents expire on it");

    private static readonly KeyFamily RestoresFamily = new(
        "restores", 1, KeyType.Stream, KeyTtl.Within(RestoresLife), "one per owner of about 1,000 entries, one for all of about 100,000; under 1 KB each", Restoring,
        PersonalData: true, "Who had originals back, whose and what for, sealed");

    private static readonly KeyFamily ReceiptFamily = new(
        "receipt", 1, KeyType.String, KeyTtl.Within(ReceiptLife), "one per erasure of a subject, under 1 KB", "PrivacyService.Subjects", PersonalData: false,
        "That a subject was erased, and how much of it; names nobody");

    public static readonly KeyRegistry Registry = new(
        "PrivacyService", "privacy:", SubjectFamily, ValuesFamily, ScopeFamily, DocumentFamily, CallFamily, OwnedFamily,
        ErasedFamily, EventsFamily, TotalsFamily, OwnTotalsFamily, DayFamily,
        RestoresFamily, ReceiptFamily);

    public RedisKey Subject(string owner) => keyspace.Key(SubjectFamily, owner);

    public RedisKey Values(string owner, ScopeTag scope) => Values(owner, scope.ToString());

    public RedisKey Values(string owner, string scope) => keyspace.Key(ValuesFamily, owner, scope);

    public RedisKey Scope(string owner, ScopeTag scope) => Scope(owner, scope.ToString());

    public RedisKey Scope(string owner, string scope) => keyspace.Key(ScopeFamily, owner, scope);

    public RedisKey Document(string owner, string callId) => keyspace.Key(DocumentFamily, owner, callId);

    public RedisKey Call(string owner, string callId) => keyspace.Key(CallFamily, owner, callId);

    public RedisKey Owned(string owner) => keyspace.Key(OwnedFamily, owner);

    public RedisKey Erased(string owner) => keyspace.Key(ErasedFamily, owner);

    public RedisKey Events(string partition) => keyspace.Key(EventsFamily, partition);

    public RedisKey Restores(string partition) => keyspace.Key(RestoresFamily, partition);

    public RedisKey Receipt(string id) => keyspace.Key(ReceiptFamily, id);

    public RedisKey Totals() => keyspace.Key(TotalsFamily, ActivityStore.Everybody);

    public RedisKey OwnTotals(string owner) => keyspace.Key(OwnTotalsFamily, owner);

    /// <param name="day">Since 1970, in UTC.</param>
    public RedisKey Day(long day) => keyspace.Key(DayFamily, ActivityStore.Everybody, day.ToString(CultureInfo.InvariantCulture));
}
