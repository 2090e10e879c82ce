using Platform.Redis.Scripting;

namespace NotificationService.Notifications;

internal static class NotificationScripts
{
    public static readonly RedisScript SendNotification = Load("SendNotification.lua");
    public static readonly RedisScript MarkNotification = Load("MarkNotification.lua");
    public static readonly RedisScript MarkAllRead = Load("MarkAllRead.lua");
    public static readonly RedisScript ListInbox = Load("ListInbox.lua");
    public static readonly RedisScript EraseInbox = Load("EraseInbox.lua");

    private static RedisScript Load(string file) => RedisScript.FromResource(typeof(NotificationScripts).Assembly, file);
}
