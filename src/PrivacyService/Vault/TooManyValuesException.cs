namespace PrivacyService.Vault;

/// <param name="areDistinct">Whether repeated ones count once.</param>
internal sealed class TooManyValuesException(int most, bool areDistinct) : Exception
{
    public int Most => most;

    public bool AreDistinct => areDistinct;
}
