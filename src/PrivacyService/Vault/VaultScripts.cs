using Platform.Redis.Scripting;

namespace PrivacyService.Vault;

internal static class VaultScripts
{
    public static readonly RedisScript CreateSubject = Load("CreateSubject.lua");
    public static readonly RedisScript StorePseudonyms = Load("StorePseudonyms.lua");
    public static readonly RedisScript EraseOwner = Load("EraseOwner.lua");

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(VaultScripts).Assembly, file);
}
