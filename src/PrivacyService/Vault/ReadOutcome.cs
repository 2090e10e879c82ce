namespace PrivacyService.Vault;

internal enum ReadOutcome
{
    Found,

    /// <summary>Not this owner's, removed, or never made: these are not told apart.</summary>
    Unknown,

    Expired,

    /// <summary>What is stored was altered, or the sealing secret replaced.</summary>
    Damaged,
}
