using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using StackExchange.Redis;
using UserService.Keys;

namespace UserService.Users;

/// <summary>Turns accounts into what Redis holds and back: the person sealed, names as HMACs.</summary>
internal sealed class AccountCodec(Secrets secrets, ILookupNormalizer normalizer)
{
    private const int DigestLength = 16;

    /// <summary>What of a security stamp is stored in the open, for scripts to compare.</summary>
    public static string SecurityDigest(User user) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(user.SecurityStamp!)).AsSpan(0, DigestLength));

    public static bool SameProfile(User left, User right) => AccountProfile.Of(left).ToUtf8().AsSpan().SequenceEqual(AccountProfile.Of(right).ToUtf8());

    public byte[] Seal(User user) => secrets.Profiles.Seal(AccountProfile.Of(user).ToUtf8(), user.Id);

    /// <returns>Null for an account that is gone or was never finished.</returns>
    public StoredAccount? Open(string userId, RedisValue[] row)
    {
        if (row is not [var state, var stamp, var profileField, var email, var name, var created, var updated]
            || state != AccountField.Active)
        {
            return null;
        }

        var profile = AccountProfile.FromUtf8(secrets.Profiles.Open((byte[])profileField!, userId));
        var user = new User
        {
            Id = userId,
            Email = profile.Email,
            NormalizedEmail = normalizer.NormalizeEmail(profile.Email),
            EmailConfirmed = profile.EmailConfirmed,
            UserName = profile.UserName,
            NormalizedUserName = normalizer.NormalizeName(profile.UserName),
            DisplayName = profile.DisplayName,
            PasswordHash = profile.PasswordHash,
            SecurityStamp = profile.SecurityStamp,
            ConcurrencyStamp = stamp!,
            Roles = new SortedSet<string>(profile.Roles, StringComparer.OrdinalIgnoreCase),
            TwoFactorEnabled = profile.TwoFactorEnabled,
            AuthenticatorKey = profile.AuthenticatorKey,
            RecoveryCodes = profile.RecoveryCodes ?? [],
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)created),
            UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)updated),
        };
        return new StoredAccount(user, email!, name!);
    }

    /// <summary>Whether an address is not the one that the account has; case makes no difference.</summary>
    public bool IsAnother(User user, string email) => normalizer.NormalizeEmail(email) != user.NormalizedEmail;

    public string EmailPartition(User user) => EmailPartition(normalizer.NormalizeEmail(user.Email)!);

    public string EmailPartition(string normalizedEmail) => Partition("email:", normalizedEmail);

    /// <returns>Empty for accounts whose name was not chosen: their id is unique already.</returns>
    public string NamePartition(User user) => user.HasChosenUserName ? NamePartition(normalizer.NormalizeName(user.UserName)!) : "";

    public string NamePartition(string normalizedName) => Partition("name:", normalizedName);

    private string Partition(string kind, string name) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(secrets.NamesKey, Encoding.UTF8.GetBytes(kind + name)));
}
