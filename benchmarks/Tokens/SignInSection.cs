using System.Diagnostics;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Platform.TestKit;

namespace Platform.Benchmarks.Tokens;

/// <summary>Sign-ins at the hash cost that is configured, beside the bare hash on as many threads, in turn.</summary>
internal static class SignInSection
{
    private const int People = 8;

    public static async Task RunAsync(Arguments arguments, Report report)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var users = await UserServiceProcess.StartAsync(redis, UserServiceProcess.ChosenHash);
        var people = new List<Account>();
        for (var i = 0; i < People; i++)
        {
            people.Add(await users.NewPersonAsync());
        }

        var seconds = TimeSpan.FromSeconds(arguments.Read("--seconds", 5));
        var (rates, ratios, medians, tails) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var (bares, refusals) = (new List<double>(), new List<double>());
        for (var round = -1; round < arguments.Read("--rounds", 5); round++)
        {
            var bare = Bare(seconds);
            var (milliseconds, refused) = await SignInAsync(users, people, seconds);
            var rate = milliseconds.Length / seconds.TotalSeconds;
            if (round >= 0)
            {
                rates.Add(rate);
                bares.Add(bare);
                ratios.Add(rate / bare);
                refusals.Add(refused);
                medians.Add(milliseconds[milliseconds.Length / 2]);
                tails.Add(milliseconds[milliseconds.Length * 99 / 100]);
            }
        }

        report.Add(
            $"sign-ins/s, {UserServiceProcess.ChosenHash:N0} rounds of PBKDF2-HMAC-SHA512", rates, $"{Figures.Range(bares)} bare verifications/s on {Environment.ProcessorCount} threads");
        report.Add("sign-ins × bare hash", ratios, "Identity's PasswordHasher in the same round", least: 0.8);
        report.Add("sign-in, p50 ms", medians, $"{People} at once, each as soon as it has its answer");
        report.Add("sign-in, p99 ms", tails, "the same", most: 3000);
        report.Add("sign-ins refused with 503", refusals, "those that waited for too long", most: 0);
    }

    private static async Task<(double[] Milliseconds, int Refused)> SignInAsync(UserServiceProcess users, List<Account> people, TimeSpan time)
    {
        var refused = 0;
        var began = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(people.Select(async person =>
        {
            var milliseconds = new List<double>();
            while (true)
            {
                var start = Stopwatch.GetTimestamp();
                var signedIn = await users.TrySignInAsync(person) is not null;
                if (Stopwatch.GetElapsedTime(began) > time)
                {
                    return milliseconds;
                }

                if (signedIn)
                {
                    milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
                else
                {
                    Interlocked.Increment(ref refused);
                }
            }
        }));
        double[] sorted = [.. all.SelectMany(one => one).Order()];
        return sorted.Length > 0 ? (sorted, refused) : throw new InvalidOperationException($"Nobody could sign in, and {refused} were refused: the machine is too busy.");
    }

    /// <returns>Verifications per second.</returns>
    private static double Bare(TimeSpan time)
    {
        var hasher = new PasswordHasher<Account>(Options.Create(new PasswordHasherOptions { IterationCount = UserServiceProcess.ChosenHash }));
        var person = new Account("", "correct horse battery", "", "");
        var hash = hasher.HashPassword(person, person.Password);
        var verified = 0;
        var began = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (hasher.VerifyHashedPassword(person, hash, person.Password) != PasswordVerificationResult.Failed && Stopwatch.GetElapsedTime(began) < time)
            {
                Interlocked.Increment(ref verified);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return verified / time.TotalSeconds;
    }
}
