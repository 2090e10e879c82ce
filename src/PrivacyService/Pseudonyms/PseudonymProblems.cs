using Platform.ServiceDefaults.Problems;

namespace PrivacyService.Pseudonyms;

internal static class PseudonymProblems
{
    private const int MostNamed = 100;

    public static ProblemException NotFound() => new(
        StatusCodes.Status404NotFound, "pseudonym_not_found", "No such pseudonym", "It is not the owner's, was removed, or never was.");

    public static ProblemException Expired() => new(
        StatusCodes.Status410Gone, "pseudonym_expired", "The pseudonym has expired", "Its original is no longer kept, and cannot be had back.");

    /// <param name="unknown">Whether some were never there, or are not the owner's: these are not told apart.</param>
    public static ProblemException Missing(string[] missing, bool unknown)
    {
        var problem = unknown
            ? new ProblemException(
                StatusCodes.Status404NotFound,
                "pseudonyms_not_found",
                "Pseudonyms without an original",
                $"{missing.Length} pseudonyms are not the owner's, or were removed. Take them out, or restore with mode lenient.")
            : new ProblemException(
                StatusCodes.Status410Gone,
                "pseudonyms_expired",
                "Pseudonyms have expired",
                $"The originals of {missing.Length} pseudonyms are no longer kept. Restore the others with mode lenient.");
        problem.Extensions["missing"] = missing.Take(MostNamed).ToArray();
        return problem;
    }
}
