namespace UserService.Users;

/// <summary>An account as it was read, with the claims that it holds.</summary>
internal sealed record StoredAccount(User User, string EmailPartition, string NamePartition);
