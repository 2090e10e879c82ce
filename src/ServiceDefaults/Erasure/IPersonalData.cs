using Platform.Contracts.Erasure;

namespace Platform.ServiceDefaults.Erasure;

/// <summary>
/// What one feature keeps about people. Whoever adds something of the kind registers an implementation beside it
/// (<c>services.AddPersonalData&lt;T&gt;()</c>), or it outlives the person.
/// </summary>
public interface IPersonalData
{
    /// <summary>
    /// Erases what there is, a bounded piece at a time, and sees to it that nothing new comes. Called until it is done; may be called again at any
    /// time, by several processes at once, and for people whom nobody knows.
    /// </summary>
    /// <param name="userId">The person, <c>usr_…</c>.</param>
    /// <param name="cancellationToken">Gives up; what was erased stays so.</param>
    Task<ErasureResponse> EraseAsync(string userId, CancellationToken cancellationToken);
}
