namespace PrivacyService.Pseudonyms;

internal enum RestoreMode
{
    Strict,
    Lenient,
}
