using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Scripting;
using Platform.ServiceDefaults.Problems;
using StackExchange.Redis;
using UserService.Keys;
using UserService.Sessions;
using UserService.Users;

namespace UserService.Lockout;

/// <summary>
/// Slows down whoever guesses passwords and codes; <c>README.md</c> tells the rules. Decided by the name that was given, before any account
/// is looked for, so that names with and without an account cannot be told apart.
/// </summary>
internal sealed class Attempts(
    RedisStore redis, UserKeys keys, NetworkDigests networks, AccountCodec codec, UserManager<User> users, IOptions<LockoutOptions> options,
    ILogger<Attempts> logger)
{
    private const string CodeMark = "code-";

    private readonly LockoutOptions _options = options.Value;

    /// <summary>A sign-in by e-mail address or user name.</summary>
    public Attempt OfSignIn(string? email, string? userName, Device device) => From(
        email is not null ? codec.EmailPartition(users.NormalizeEmail(email)!) : codec.NamePartition(users.NormalizeName(userName)!), device);

    /// <summary>A code beside the password of a sign-in, which is looked at first and so counted by itself.</summary>
    public Attempt OfCode(string? email, string? userName, Device device)
    {
        var signIn = OfSignIn(email, userName, device);
        return From(CodePartition(signIn.Partition), device);
    }

    /// <summary>A second factor, after the password of the account was right.</summary>
    public Attempt OfSecondFactor(User user, Device device) => From(user.Id, device);

    /// <summary>Counts an attempt, makes it, and takes the count back where it could not be made. Whoever is right then calls a method below.</summary>
    /// <exception cref="ProblemException">429: it is not made; the next is due after <c>Retry-After</c>.</exception>
    public async Task<T> MakeAsync<T>(Attempt attempt, Func<Task<T>> check, CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromMilliseconds((long)await EvaluateAsync(
            LockoutScripts.BeginAttempt, attempt,
            [
                attempt.Network, _options.FreeAttempts, _options.FreeAttemptsOfKnown, Milliseconds(_options.LongestDelay),
                _options.FreeAttemptsOfAccount, Milliseconds(_options.LongestDelayOfAccount), Milliseconds(_options.KnownNetworkLifetime),
                Milliseconds(UserKeys.LongestAttempts),
            ],
            cancellationToken));
        if (wait > TimeSpan.Zero)
        {
            logger.AttemptPutOff((long)Math.Ceiling(wait.TotalSeconds));
            throw new ProblemException(
                StatusCodes.Status429TooManyRequests, "too_many_attempts", "Too many attempts",
                "Try again after the time given in Retry-After; it grows with every attempt that fails.", wait);
        }

        try
        {
            return await check();
        }
        catch
        {
            // Whoever left meanwhile has not given their attempt back: it is the check that failed, not the caller's patience.
            if (!cancellationToken.IsCancellationRequested)
            {
                await EvaluateAsync(
                    LockoutScripts.WithdrawAttempt, attempt, [attempt.Network, Milliseconds(_options.KnownNetworkLifetime)], cancellationToken);
            }

            throw;
        }
    }

    /// <summary>Somebody has proved everything: their attempts are forgotten under every name of the account, and their network is known.</summary>
    public async Task SucceedAsync(User user, Device device, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Partitions(user).Select(partition => SucceedAsync(From(partition, device), cancellationToken)));

        // Names are elsewhere than the account. Whoever removes it meanwhile forgets the networks after it, so one of the two comes last.
        if (!await redis.ExecuteAsync("account.exists", database => database.KeyExistsAsync(keys.Account(user.Id)), cancellationToken))
        {
            await ForgetAsync(user, cancellationToken);
        }
    }

    /// <summary>Somebody who is signed in has repeated the password.</summary>
    public Task SucceedAsync(Attempt attempt, CancellationToken cancellationToken) => EvaluateAsync(
        LockoutScripts.SucceedAttempt, attempt,
        [attempt.Network, Milliseconds(_options.KnownNetworkLifetime), _options.KnownNetworks],
        cancellationToken);

    /// <summary>What an account is tried by; an account under another name is tried by others.</summary>
    public IReadOnlyList<string> PartitionsOf(User user) => [.. Partitions(user)];

    /// <summary>After an account was renamed: its new names know the networks of its old ones, which are forgotten.</summary>
    /// <param name="former">What it was tried by before.</param>
    /// <param name="user">The account as it is now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CarryAsync(IReadOnlyList<string> former, User user, CancellationToken cancellationToken)
    {
        var current = PartitionsOf(user);
        foreach (var partition in current.Except(former))
        {
            // Whoever signed in with the password alone has shown no code.
            if (former.FirstOrDefault(name => IsOfCodes(name) == IsOfCodes(partition)) is { } from)
            {
                await CarryAsync(from, partition, cancellationToken);
            }
        }

        await ForgetAsync(former.Except(current), cancellationToken);
        if (!await redis.ExecuteAsync("account.exists", database => database.KeyExistsAsync(keys.Account(user.Id)), cancellationToken))
        {
            await ForgetAsync(user, cancellationToken);
        }

        static bool IsOfCodes(string partition) => partition.StartsWith(CodeMark, StringComparison.Ordinal);
    }

    /// <summary>What is known of the networks of an account that is gone. Its counters expire.</summary>
    public Task ForgetAsync(User user, CancellationToken cancellationToken) => ForgetAsync(Partitions(user), cancellationToken);

    /// <summary>The same of an account that cannot be read any more, by the partitions of its names and its id.</summary>
    /// <returns>For how many of them something was known.</returns>
    public async Task<int> ForgetAsync(IEnumerable<string> partitions, CancellationToken cancellationToken)
    {
        var known = partitions.SelectMany(partition => (string[])[partition, CodePartition(partition)]).Distinct()
            .Select(partition => keys.KnownNetworks(partition)).ToArray();
        var deleted = await redis.ExecuteAsync(
            "attempts.forget", database => Task.WhenAll(known.Select(key => database.KeyDeleteAsync(key))), cancellationToken);
        return deleted.Count(gone => gone);
    }

    /// <summary>When somebody signed in last from each of the networks that are known as theirs. Which ones they are nobody can tell: they are HMACs.</summary>
    public async Task<IReadOnlyList<DateTimeOffset>> KnownAsync(User user, CancellationToken cancellationToken)
    {
        var known = await redis.ExecuteAsync(
            "known-networks.read",
            database => Task.WhenAll(Partitions(user).Select(partition => database.SortedSetRangeByRankWithScoresAsync(keys.KnownNetworks(partition)))),
            cancellationToken);
        return [.. known.SelectMany(entries => entries).Select(entry => DateTimeOffset.FromUnixTimeMilliseconds((long)entry.Score))];
    }

    private IEnumerable<string> Partitions(User user)
    {
        yield return codec.EmailPartition(user);
        if (user.HasChosenUserName)
        {
            yield return codec.NamePartition(user);
        }

        if (user.TwoFactorEnabled)
        {
            yield return user.Id;
            yield return CodePartition(codec.EmailPartition(user));
            if (user.HasChosenUserName)
            {
                yield return CodePartition(codec.NamePartition(user));
            }
        }
    }

    private async Task CarryAsync(string from, string to, CancellationToken cancellationToken)
    {
        var source = keys.KnownNetworks(from);
        var known = await redis.ExecuteAsync(
            "known-networks.read", database => database.SortedSetRangeByRankWithScoresAsync(source), cancellationToken);
        RedisValue[] carried =
        [
            .. known.SelectMany(entry => networks.Carry((string)entry.Element!, from, to) is { } digest ? (RedisValue[])[(long)entry.Score, digest] : []),
        ];
        if (carried.Length > 0)
        {
            await redis.EvaluateAsync(
                LockoutScripts.CarryNetworks, [keys.KnownNetworks(to)],
                [Milliseconds(_options.KnownNetworkLifetime), _options.KnownNetworks, .. carried], cancellationToken);
        }
    }

    private static string CodePartition(string name) => CodeMark + name;

    private Attempt From(string partition, Device device) => Attempt.From(partition, networks.Of(partition, device.Address));

    private Task<RedisResult> EvaluateAsync(RedisScript script, Attempt attempt, RedisValue[] arguments, CancellationToken cancellationToken) =>
        redis.EvaluateAsync(
            script,
            [
                keys.Attempts(attempt.Partition, attempt.Source), keys.AllAttempts(attempt.Partition), keys.KnownNetworks(attempt.Partition),
            ],
            arguments,
            cancellationToken);

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
