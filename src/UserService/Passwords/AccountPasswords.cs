using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using UserService.Users;

namespace UserService.Passwords;

/// <summary>Checks and hashes passwords with Identity's validators and hasher, on the <see cref="PasswordWorkers"/>.</summary>
internal sealed class AccountPasswords(
    UserManager<User> users, IPasswordHasher<User> hasher, PasswordWorkers workers, IOptions<PasswordHashingOptions> options)
{
    public const int MinLength = 8;
    public const int MaxLength = 256;

    /// <summary>
    /// Whether this can be anybody's password at all. NUL is refused because HMAC pads keys with it: without that rule
    /// <c>secret</c> and <c>secret\0</c> would open the same account.
    /// </summary>
    public static bool IsPossible(string password) => password.Length is > 0 and <= MaxLength && !password.Contains('\0', StringComparison.Ordinal);

    public async Task<IReadOnlyList<IdentityError>> ValidateAsync(User user, string password)
    {
        var errors = new List<IdentityError>();
        foreach (var validator in users.PasswordValidators)
        {
            var result = await validator.ValidateAsync(users, user, password);
            errors.AddRange(result.Errors);
        }

        return errors;
    }

    public Task<string> HashAsync(User user, string password, CancellationToken cancellationToken) =>
        workers.RunAsync(() => hasher.HashPassword(user, password), cancellationToken);

    /// <summary>Checks a password. Without an account it does the same work for nothing, so that the time tells nobody who has one.</summary>
    public Task<PasswordVerificationResult> VerifyAsync(User? user, string password, CancellationToken cancellationToken)
    {
        var nobody = user?.PasswordHash is null;
        var hash = nobody ? NobodysHash(options.Value.Iterations) : user!.PasswordHash!;
        return workers.RunAsync(
            () =>
            {
                var result = hasher.VerifyHashedPassword(user ?? new User(), hash, password);
                return nobody ? PasswordVerificationResult.Failed : result;
            },
            cancellationToken);
    }

    /// <summary>A hash in Identity's third format (marker, PRF, rounds, salt length, salt, key) that was never computed from a password.</summary>
    private static string NobodysHash(int iterations)
    {
        const byte Format = 1;
        const uint HmacSha512 = 2;
        const int SaltLength = 16;
        const int HeaderLength = 13;
        Span<byte> hash = stackalloc byte[HeaderLength + SaltLength + 32];
        hash[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(hash[1..], HmacSha512);
        BinaryPrimitives.WriteUInt32BigEndian(hash[5..], (uint)iterations);
        BinaryPrimitives.WriteUInt32BigEndian(hash[9..], SaltLength);
        RandomNumberGenerator.Fill(hash[HeaderLength..]);
        return Convert.ToBase64String(hash);
    }
}
