using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Scripting;
using StackExchange.Redis;
using UserService.Keys;
using UserService.Users;

namespace UserService.OneUse;

/// <summary>
/// Tokens that are sent to somebody's address and are good once: <c>ot_</c>, whom it belongs to, a dot, and 256 random bits in base64url.
/// Kept as SHA-256 only, for a limited time, the newest few of each subject and purpose. Those of an account are dead as soon as its
/// password is another.
/// </summary>
internal sealed class OneUseTokens(RedisStore redis, UserKeys keys, Secrets secrets)
{
    /// <summary>Tokens of one subject and purpose that are good at the same time: e-mails overtake each other.</summary>
    public const int Most = 3;

    private const string Prefix = "ot_";
    private const int SecretLength = 43;
    private const int PartitionLength = 43;

    private static readonly RedisScript IssueOneUseToken = RedisScript.FromResource(typeof(OneUseTokens).Assembly, "IssueOneUseToken.lua");
    private static readonly RedisScript UseOneUseToken = RedisScript.FromResource(typeof(OneUseTokens).Assembly, "UseOneUseToken.lua");

    /// <summary>A token of an account.</summary>
    /// <returns>The token's text.</returns>
    public Task<string> IssueAsync(OneUsePurpose purpose, User user, byte[] content, TimeSpan lifetime, CancellationToken cancellationToken) =>
        IssueAsync(purpose, user.Id, AccountCodec.SecurityDigest(user), content, lifetime, cancellationToken);

    /// <summary>A token of an address that has no account.</summary>
    /// <returns>The token's text.</returns>
    public Task<string> IssueAsync(
        OneUsePurpose purpose, string emailPartition, byte[] content, TimeSpan lifetime, CancellationToken cancellationToken) =>
        IssueAsync(purpose, emailPartition, "", content, lifetime, cancellationToken);

    /// <summary>Looks whether a token is good, and leaves it so.</summary>
    public Task<OneUseToken?> FindAsync(OneUsePurpose purpose, string? text, CancellationToken cancellationToken) =>
        ReadAsync(purpose, text, use: false, cancellationToken);

    /// <summary>Uses a token up, and with it all others of its subject and purpose.</summary>
    /// <returns>Null when it is good for nothing (any more).</returns>
    public Task<OneUseToken?> UseAsync(OneUsePurpose purpose, string? text, CancellationToken cancellationToken) =>
        ReadAsync(purpose, text, use: true, cancellationToken);

    /// <summary>Forgets all tokens of an account.</summary>
    public Task DiscardAsync(string userId, CancellationToken cancellationToken)
    {
        RedisKey[] all = [.. Enum.GetValues<OneUsePurpose>().Select(purpose => keys.OneUseTokens(userId, Word(purpose)))];
        return redis.ExecuteAsync("one-use.discard", database => database.KeyDeleteAsync(all), cancellationToken);
    }

    private async Task<string> IssueAsync(
        OneUsePurpose purpose, string subject, string security, byte[] content, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var text = $"{Prefix}{subject}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        var digest = DigestOf(text);
        await redis.EvaluateAsync(
            IssueOneUseToken,
            [keys.OneUseTokens(subject, Word(purpose))],
            [digest, security, secrets.OneUseTokens.Seal(content, digest), (long)lifetime.TotalMilliseconds, Most],
            cancellationToken);
        return text;
    }

    private async Task<OneUseToken?> ReadAsync(OneUsePurpose purpose, string? text, bool use, CancellationToken cancellationToken)
    {
        if (!TryReadSubject(purpose, text, out var subject))
        {
            return null;
        }

        var digest = DigestOf(text!);
        var tokens = keys.OneUseTokens(subject, Word(purpose));
        var found = (byte[]?)await redis.EvaluateAsync(
            UseOneUseToken,
            [tokens, purpose == OneUsePurpose.Registration ? tokens : keys.Account(subject)],
            [digest, use ? 1 : 0],
            cancellationToken);
        return found is null ? null : new OneUseToken(subject, secrets.OneUseTokens.Open(found, digest));
    }

    /// <summary>Whatever becomes part of a key has to look like what was handed out.</summary>
    private static bool TryReadSubject(OneUsePurpose purpose, string? text, [NotNullWhen(true)] out string? subject)
    {
        subject = null;
        if (text is null || text.Length < Prefix.Length + SecretLength + 1 || text[^(SecretLength + 1)] != '.'
            || !text.StartsWith(Prefix, StringComparison.Ordinal) || !IsBase64Url(text.AsSpan(^SecretLength..)))
        {
            return false;
        }

        var named = text[Prefix.Length..^(SecretLength + 1)];
        var valid = purpose == OneUsePurpose.Registration
            ? named.Length == PartitionLength && IsBase64Url(named)
            : PlatformId.IsValid(named, User.IdPrefix);
        subject = valid ? named : null;
        return valid;
    }

    private static bool IsBase64Url(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
            {
                return false;
            }
        }

        return true;
    }

    private static string DigestOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private static string Word(OneUsePurpose purpose) => purpose switch
    {
        OneUsePurpose.Registration => "registration",
        OneUsePurpose.PasswordReset => "password-reset",
        _ => "email-confirmation",
    };
}
