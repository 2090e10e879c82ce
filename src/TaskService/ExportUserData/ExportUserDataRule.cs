using Platform.ServiceDefaults.Problems;
using TaskService.Tasks;

namespace TaskService.ExportUserData;

/// <summary>People export what is kept about themselves; administrators what is kept about anybody.</summary>
internal sealed class ExportUserDataRule : ISubmitRule
{
    /// <inheritdoc />
    public void Ensure(object payload, string? person)
    {
        if (payload is ExportUserDataPayload { UserId: { } userId } && person is not null && userId != person)
        {
            throw new ProblemException(
                StatusCodes.Status403Forbidden, "not_your_data", "You may not export somebody else's data", "Leave userId out, or ask an administrator.");
        }
    }
}
