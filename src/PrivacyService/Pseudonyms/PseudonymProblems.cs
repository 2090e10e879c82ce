using Platform.ServiceDefaults.Problems;

namespace PrivacyService.Pseudonyms;

internal static class PseudonymProblems
{
    public static ProblemException NotFound() => new(
        StatusCodes.Status404NotFound, "pseudonym_not_found", "No such pseudonym", "It is not the owner's, was removed, or never was.");

    public static ProblemException Expired() => new(
        StatusCodes.Status410Gone, "pseudonym_expired", "The pseudonym has expired", "Its original is no longer kept, and cannot be had back.");
}
