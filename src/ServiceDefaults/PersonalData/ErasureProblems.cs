using Microsoft.AspNetCore.Http;
using Platform.ServiceDefaults.Problems;

namespace Platform.ServiceDefaults.PersonalData;

public static class ErasureProblems
{
    /// <summary>410 for whatever would be kept for a person who was erased.</summary>
    public static ProblemException PersonErased() => new(
        StatusCodes.Status410Gone, "person_erased", "The person was erased", "Nothing is kept for this person any more. Do not send it again.");
}
