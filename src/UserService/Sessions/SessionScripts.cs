using Platform.Redis.Scripting;

namespace UserService.Sessions;

internal static class SessionScripts
{
    public static readonly RedisScript CreateSession = Load("CreateSession.lua");
    public static readonly RedisScript RotateRefreshToken = Load("RotateRefreshToken.lua");
    public static readonly RedisScript TouchSession = Load("TouchSession.lua");
    public static readonly RedisScript PeekSession = Load("PeekSession.lua");
    public static readonly RedisScript EndSession = Load("EndSession.lua");
    public static readonly RedisScript EndAllSessions = Load("EndAllSessions.lua");
    public static readonly RedisScript EndOtherSessions = Load("EndOtherSessions.lua");

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(SessionScripts).Assembly, file);
}
