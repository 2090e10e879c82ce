namespace PrivacyService.Vault;

/// <summary>Whose data it is: under <see cref="Partition"/>, an HMAC of the owner's id, their keys stand in Redis.</summary>
internal readonly record struct DataOwner(string Id, string Partition);
