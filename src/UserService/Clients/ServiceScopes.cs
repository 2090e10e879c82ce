using System.Collections.Frozen;
using Platform.Contracts;

namespace UserService.Clients;

/// <summary>What the platform's own services may do to each other. Least privilege is a property of the design, not of a deployment.</summary>
internal static class ServiceScopes
{
    private static readonly FrozenDictionary<string, string[]> Allowed = new Dictionary<string, string[]>
    {
        [ServiceNames.Users] = [Scopes.SendNotifications, Scopes.SendMail, Scopes.ReadRevocations, Scopes.ErasePeople],
        [ServiceNames.Tasks] = [Scopes.Pseudonymize, Scopes.SendNotifications, Scopes.ReadRevocations, Scopes.ExportPeople, Scopes.ReadUsers],
        [ServiceNames.Notifications] = [Scopes.SendNotifications, Scopes.ReadRevocations],
        [ServiceNames.Privacy] = [Scopes.SendNotifications, Scopes.ReadRevocations],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool IsKnown(string clientId) => Allowed.ContainsKey(clientId);

    public static IReadOnlyList<string> Of(string clientId, ClientOptions client) =>
        client.Scopes is { } configured ? configured.Split(' ', StringSplitOptions.RemoveEmptyEntries) : Allowed[clientId];
}
