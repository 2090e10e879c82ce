using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using UserService.Tests.Registrations;
using UserService.Users;

namespace UserService.Tests.Mail;

/// <summary>
/// No answer, and no time that it takes, tells who has an account: what a request does is the same either way, counted; and, on a quiet machine, so is how
/// long it takes.
/// </summary>
public sealed class SilenceTests(ServiceFixture service, ITestOutputHelper output)
{
    private static readonly (string Name, string Path, Func<string, string, object> Body, int Hashes)[] Requests =
    [
        ("sign-in", "/v1/auth/login", (email, password) => new { email, password }, 1),
        ("registration", "/v1/users", (email, password) => new { email, password }, 1),
        ("reset", "/v1/auth/password-reset", (email, _) => new { email }, 0),
    ];

    [Fact]
    public async Task Request_WithAndWithoutAccount_TakesTheSameWork()
    {
        using var work = new RequestWork();
        await using var application = await ApplicationAsync(iterations: 1000);
        await using var counted = application.WithWebHostBuilder(builder => builder.ConfigureTestServices(services =>
            services.AddScoped(provider => work.Counting(ActivatorUtilities.CreateInstance<PasswordHasher<User>>(provider)))));
        using var client = counted.CreateClient();
        foreach (var (name, path, body, hashes) in Requests)
        {
            var known = await AccountAsync(application, client);

            var (with, without) = (
                await work.OfAsync(client, path, password => body(known, password)),
                await work.OfAsync(client, path, password => body(UserServiceApplication.NewEmail(), password)));

            output.WriteLine($"{name}: {with}");
            Assert.Equal(without, with);
            Assert.Contains($", {hashes} hashes: ", with, StringComparison.Ordinal);
            Assert.DoesNotContain("hashes: \n", with + "\n", StringComparison.Ordinal);
        }
    }

    // A busy machine makes differences of its own; run it alone, with -explicit only.
    [Fact(Explicit = true)]
    public async Task Request_WithAndWithoutAccount_TakesAsLong()
    {
        const int Rounds = 15;
        const int MostSeries = 8;
        const double Most = 0.05;
        await using var application = await ApplicationAsync(iterations: 60_000);
        using var client = application.CreateClient();
        var accounts = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            accounts.Add(await AccountAsync(application, client));
        }

        foreach (var (name, path, body, _) in Requests)
        {
            var difference = double.MaxValue;
            for (var series = 0; series < MostSeries && Math.Abs(difference) > Most; series++)
            {
                var (with, without) = (new List<double>(), new List<double>());
                for (var round = 0; round < Rounds; round++)
                {
                    // Turn about, so that neither is always the one that runs beside the other's e-mail.
                    var first = round % 2 == 0 ? with : without;
                    first.Add(await TimeAsync(first == with ? accounts[round] : UserServiceApplication.NewEmail()));
                    var second = first == with ? without : with;
                    second.Add(await TimeAsync(second == with ? accounts[round] : UserServiceApplication.NewEmail()));
                }

                difference = (Median(with) / Median(without)) - 1;
                output.WriteLine($"{name}: {Median(with):0.00} ms with an account, {Median(without):0.00} ms without ({difference:+0.0%;-0.0%})");
            }

            Assert.InRange(difference, -Most, Most);

            async Task<double> TimeAsync(string email)
            {
                var started = Stopwatch.GetTimestamp();
                using var response = await client.PostAsJsonAsync(path, body(email, "never anybody's"), TestContext.Current.CancellationToken);
                Assert.Contains(response.StatusCode, new[] { HttpStatusCode.Accepted, HttpStatusCode.Unauthorized });
                return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }
        }

        static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
    }

    private static async Task<string> AccountAsync(UserServiceApplication application, HttpClient client)
    {
        var email = UserServiceApplication.NewEmail();
        using var registered = await client.PostAsJsonAsync(
            "/v1/users", new { email, password = "correct horse battery" }, TestContext.Current.CancellationToken);
        var token = await application.Notifications.TokenAsync(email, "Finish your registration");
        using var confirmed = await client.PostAsJsonAsync("/v1/users/confirm", new { token, password = "correct horse battery" }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, confirmed.StatusCode);
        return email;
    }

    private async Task<UserServiceApplication> ApplicationAsync(int iterations)
    {
        var settings = ConfirmedRegistrationTests.Required();
        settings["Passwords:Iterations"] = iterations.ToString(CultureInfo.InvariantCulture);

        // What is measured must not be a refusal.
        settings["Lockout:FreeAttempts"] = settings["Lockout:FreeAttemptsOfKnown"] = settings["Lockout:FreeAttemptsOfAccount"] = "1000";
        settings["RateLimiting:Policies:mail-to:Limit"] = "1000";
        var application = new UserServiceApplication(service.Redis.ConnectionString, settings: settings);
        await application.ReadyAsync();
        return application;
    }
}
