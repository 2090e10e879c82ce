using Platform.Redis.Keys;
using Platform.ServiceDefaults.Erasure;
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

    private const string Owner = "PrivacyService.Vault";

    private static readonly KeyFamily SubjectFamily = new(
        "subject", 1, KeyType.String, KeyTtl.Within(SubjectLife), "one per owner, under 100 bytes", Owner, PersonalData: false,
        "An owner's data key, wrapped; without it everything of theirs is noise");

    private static readonly KeyFamily ValuesFamily = new(
        "vault", 1, KeyType.Hash, KeyTtl.Within(LongestLife), "about 1,000,000 values per scope", Owner, PersonalData: true,
        "Originals by pseudonym, sealed under the owner's key");

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
        "erased", 1, KeyType.String, KeyTtl.Within(ErasureExtensions.MarkerLifetime), "one for each owner erased lately, empty", Owner,
        PersonalData: false, "There while nothing is taken for an owner who was erased");

    public static readonly KeyRegistry Registry = new(
        "PrivacyService", "privacy:", SubjectFamily, ValuesFamily, ScopeFamily, DocumentFamily, CallFamily, OwnedFamily,
        ErasedFamily);

    public RedisKey Subject(string owner) => keyspace.Key(SubjectFamily, owner);

    public RedisKey Values(string owner, ScopeTag scope) => Values(owner, scope.ToString());

    public RedisKey Values(string owner, string scope) => keyspace.Key(ValuesFamily, owner, scope);

    public RedisKey Scope(string owner, ScopeTag scope) => Scope(owner, scope.ToString());

    public RedisKey Scope(string owner, string scope) => keyspace.Key(ScopeFamily, owner, scope);

    public RedisKey Document(string owner, string callId) => keyspace.Key(DocumentFamily, owner, callId);

    public RedisKey Call(string owner, string callId) => keyspace.Key(CallFamily, owner, callId);

    public RedisKey Owned(string owner) => keyspace.Key(OwnedFamily, owner);

    public RedisKey Erased(string owner) => keyspace.Key(ErasedFamily, owner);
}
