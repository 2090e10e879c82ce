using PrivacyService.Tokens;
using StackExchange.Redis;

namespace PrivacyService.Vault;

/// <summary>How the list of what an owner has names things: so that all can be found without looking through all keys.</summary>
internal static class OwnedItem
{
    private const string ScopePrefix = "s:";
    private const string DocumentPrefix = "d:";

    public static string OfScope(ScopeTag scope) => ScopePrefix + scope;

    public static string OfDocument(string callId) => DocumentPrefix + callId;

    /// <summary>Whether it is a scope, and its name without that.</summary>
    public static (bool IsScope, string Name) Parse(string item) =>
        (item.StartsWith(ScopePrefix, StringComparison.Ordinal), item[ScopePrefix.Length..]);

    /// <summary>The two keys behind an item: what is kept, and until when that was promised.</summary>
    public static RedisKey[] KeysOf(PrivacyKeys keys, string owner, string item) => item.StartsWith(ScopePrefix, StringComparison.Ordinal)
        ? [keys.Values(owner, item[ScopePrefix.Length..]), keys.Scope(owner, item[ScopePrefix.Length..])]
        : [keys.Document(owner, item[DocumentPrefix.Length..]), keys.Call(owner, item[DocumentPrefix.Length..])];
}
