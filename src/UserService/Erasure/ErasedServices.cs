using Platform.Contracts;

namespace UserService.Erasure;

/// <summary>Who keeps something about people, and so has to forget them.</summary>
internal static class ErasedServices
{
    public static IReadOnlyList<string> Others { get; } = [ServiceNames.Tasks, ServiceNames.Privacy, ServiceNames.Notifications];

    public static IReadOnlyList<string> All { get; } = [ServiceNames.Users, .. Others];
}
