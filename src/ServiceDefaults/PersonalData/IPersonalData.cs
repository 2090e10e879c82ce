using Platform.Contracts.People;

namespace Platform.ServiceDefaults.PersonalData;

/// <summary>
/// What one feature keeps about people. Whoever adds something of the kind registers an implementation beside it
/// (<c>services.AddPersonalData&lt;T&gt;()</c>), or it outlives the person, and the person is not told of it.
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

    /// <summary>
    /// Tells what there is, part by part. The parts are the same for everybody, so that an empty one is told of too; their records are read page by
    /// page while they are sent. Nothing secret: no hash of a password, no key, no token.
    /// </summary>
    /// <param name="userId">The person, <c>usr_…</c>; may be one whom nobody knows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Problems.ProblemException">The person was erased.</exception>
    Task<IReadOnlyList<PersonalDataPart>> ExportAsync(string userId, CancellationToken cancellationToken);
}
