using Platform.ServiceDefaults.Problems;

namespace PrivacyService.Vault;

internal static class VaultProblems
{
    public static ProblemException Damaged() => new(
        StatusCodes.Status500InternalServerError,
        "stored_value_damaged",
        "What is stored does not open",
        "It was altered in Redis, or the sealing key was replaced: set Sealing:Key to what it was. Nothing was changed or restored.");
}
