namespace PrivacyService.Vault;

internal sealed class TooManyValuesException(int most) : Exception
{
    public int Most => most;
}
