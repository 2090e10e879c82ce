namespace TaskService.Tasks;

/// <summary>What a payload alone cannot tell: whether tasks of a type may be asked for just now, and by whom.</summary>
internal interface ISubmitRule
{
    /// <summary>Refuses what may not be; payloads of other types are no matter of it.</summary>
    /// <param name="payload">What is asked for; valid by itself.</param>
    /// <param name="person">Who asks; null for administrators, who may ask for anybody.</param>
    /// <exception cref="Platform.ServiceDefaults.Problems.ProblemException">It may not be.</exception>
    void Ensure(object payload, string? person);
}
