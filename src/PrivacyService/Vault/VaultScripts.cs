using Platform.Redis.Scripting;

namespace PrivacyService.Vault;

internal static class VaultScripts
{
    public static readonly RedisScript StorePseudonyms =
        RedisScript.FromResource(typeof(VaultScripts).Assembly, "StorePseudonyms.lua");
}
