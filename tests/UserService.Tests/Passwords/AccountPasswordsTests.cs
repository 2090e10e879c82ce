using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using UserService.Passwords;
using UserService.Users;

namespace UserService.Tests.Passwords;

public sealed class AccountPasswordsTests(ServiceFixture service)
{
    [Fact]
    public async Task Login_WhoeverItIs_CostsOneHashOfTheSameRounds()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        var hasher = new CountingHasher();
        await using var counted = application.WithWebHostBuilder(
            host => host.ConfigureTestServices(services => services.AddSingleton<IPasswordHasher<User>>(hasher)));
        using var client = counted.CreateClient();
        var email = UserServiceApplication.NewEmail();
        using var register = await client.PostAsJsonAsync("/v1/users", new { email, password = "correct horse battery" });
        Assert.Equal(HttpStatusCode.Created, register.StatusCode);

        foreach (var (address, password) in ((string, string)[])
        [
            (email, "correct horse battery"), (email, "wrong"), (UserServiceApplication.NewEmail(), "correct horse battery"),
        ])
        {
            hasher.Verified.Clear();
            using var response = await client.PostAsJsonAsync("/v1/auth/login", new { email = address, password });
            var header = Convert.FromBase64String(Assert.Single(hasher.Verified)).AsSpan(0, 13).ToArray();

            // Format 1, PRF 2 (HMAC-SHA512), 1,000 rounds as configured, 16 bytes of salt.
            Assert.Equal([1, 0, 0, 0, 2, 0, 0, 3, 232, 0, 0, 0, 16], header);
        }
    }

    [Fact]
    public async Task Login_PutOff_CostsNoHashWhoeverItIs()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        var hasher = new CountingHasher();
        await using var counted = application.WithWebHostBuilder(
            host => host.ConfigureTestServices(services => services.AddSingleton<IPasswordHasher<User>>(hasher)));
        using var client = counted.CreateClient();
        var existing = UserServiceApplication.NewEmail();
        using var register = await client.PostAsJsonAsync("/v1/users", new { email = existing, password = "correct horse battery" });
        Assert.Equal(HttpStatusCode.Created, register.StatusCode);

        foreach (var email in (string[])[existing, UserServiceApplication.NewEmail()])
        {
            hasher.Verified.Clear();
            for (var i = 0; i < 6; i++)
            {
                using var response = await client.PostAsJsonAsync("/v1/auth/login", new { email, password = "wrong", code = "123456" });
                Assert.Equal(i < 3 ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, response.StatusCode);
            }

            Assert.Equal(3, hasher.Verified.Count);
        }
    }

    [Fact]
    public void Defaults_AreSixHundredThousandRoundsAndAShortQueue()
    {
        var options = new PasswordHashingOptions();

        Assert.Equal(600_000, options.Iterations);
        Assert.Equal(Environment.ProcessorCount, options.Workers);
        Assert.Equal(6, options.QueuePerWorker);
        Assert.Equal(TimeSpan.FromSeconds(2), options.LongestWait);
    }

    [Fact]
    public void NobodysHash_OfTheRealHasher_IsWellFormedButMatchesNothing()
    {
        var hasher = new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = 1000 }));
        var own = Convert.FromBase64String(hasher.HashPassword(new User(), "x"));

        Assert.Equal([1, 0, 0, 0, 2, 0, 0, 3, 232, 0, 0, 0, 16], own.AsSpan(0, 13).ToArray());
        Assert.Equal(13 + 16 + 32, own.Length);
    }

    [Theory]
    [InlineData(72)]
    [InlineData(128)]
    [InlineData(256)]
    public async Task Login_LongPasswordsThatDifferAtTheEnd_AreDifferent(int length)
    {
        var application = service.Application;
        var email = UserServiceApplication.NewEmail();
        var password = new string('p', length - 1) + "1";
        await application.RegisterAsync(email, password);

        await application.SignInAsync(email, password);
        await Assert.ThrowsAsync<HttpRequestException>(() => application.SignInAsync(email, new string('p', length - 1) + "2"));
        await Assert.ThrowsAsync<HttpRequestException>(() => application.SignInAsync(email, password[..^1]));
    }

    [Fact]
    public async Task Login_ComposedAndDecomposedForms_AreDifferent()
    {
        var application = service.Application;
        var email = UserServiceApplication.NewEmail();
        await application.RegisterAsync(email, "caf\u00e9 caf\u00e9 caf\u00e9");

        await application.SignInAsync(email, "caf\u00e9 caf\u00e9 caf\u00e9");
        await Assert.ThrowsAsync<HttpRequestException>(() => application.SignInAsync(email, "cafe\u0301 cafe\u0301 cafe\u0301"));
    }

    private sealed class CountingHasher : IPasswordHasher<User>
    {
        private readonly PasswordHasher<User> _inner = new(Options.Create(new PasswordHasherOptions { IterationCount = 1000 }));

        public ConcurrentQueue<string> Verified { get; } = new();

        public string HashPassword(User user, string password) => _inner.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Verified.Enqueue(hashedPassword);
            return _inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
