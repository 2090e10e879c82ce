namespace PrivacyService.Vault;

internal enum StoreOutcome
{
    Stored,

    /// <summary>The owner's key was erased or replaced meanwhile: what was made under it is void.</summary>
    KeyChanged,

    ScopeFull,
}
