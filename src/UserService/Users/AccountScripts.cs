using Platform.Redis.Scripting;

namespace UserService.Users;

internal static class AccountScripts
{
    public static readonly RedisScript CreateAccount = Load("CreateAccount.lua");
    public static readonly RedisScript ClaimName = Load("ClaimName.lua");
    public static readonly RedisScript KeepName = Load("KeepName.lua");
    public static readonly RedisScript HoldsName = Load("HoldsName.lua");
    public static readonly RedisScript ReleaseName = Load("ReleaseName.lua");
    public static readonly RedisScript ActivateAccount = Load("ActivateAccount.lua");
    public static readonly RedisScript BeginRename = Load("BeginRename.lua");
    public static readonly RedisScript AbandonRename = Load("AbandonRename.lua");
    public static readonly RedisScript UpdateAccount = Load("UpdateAccount.lua");
    public static readonly RedisScript DeleteAccount = Load("DeleteAccount.lua");
    public static readonly RedisScript EraseAccount = Load("EraseAccount.lua");
    public static readonly RedisScript RetireAdministrator = Load("RetireAdministrator.lua");

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(AccountScripts).Assembly, file);
}
