namespace Platform.ServiceDefaults.Revocations;

/// <summary>Where the feed comes from: UserService reads its own, all others ask it.</summary>
public interface IRevocationSource
{
    /// <summary>Reads what follows a place; where nothing does, waits for it.</summary>
    /// <param name="after">The place; null for the beginning.</param>
    /// <param name="wait">How long to wait where nothing follows. An empty page says that nothing did, as Redis saw it after the wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<RevocationPage> ReadAsync(string? after, TimeSpan wait, CancellationToken cancellationToken);
}
