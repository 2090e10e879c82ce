namespace Platform.Contracts;

/// <summary>The names under which services find each other; the same as the resources of the AppHost.</summary>
public static class ServiceNames
{
    public const string Users = "userservice";
    public const string Tasks = "taskservice";
    public const string Notifications = "notificationservice";
    public const string Privacy = "privacyservice";
}
