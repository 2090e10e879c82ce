using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Net.Mail;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using NotificationService.Mail;
using Platform.Contracts;
using Platform.TestKit;
using StackExchange.Redis;

namespace NotificationService.Tests.Mail;

public sealed class MailTests(RedisFixture redis)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string LongLine = "Open https://app.platform.example/reset#token=ot_usr_01k9w3zzzzzzzzzzzzzzzzzzzz.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA to go on.";

    [Fact]
    public async Task Send_Accepted_ArrivesOnceWithItsHeadersAndItsTextUntouched()
    {
        await using var smtp = SmtpServer.Start();
        await using var service = new MailService(redis.ConnectionString, smtp);
        var address = MailService.NewAddress();

        var accepted = await service.Client.SendAsync(MailService.To(address, LongLine + "\n.\nBye."), TestContext.Current.CancellationToken);

        await ArrivedAsync(smtp);
        var mail = Assert.Single(smtp.Mails);
        Assert.Equal(address, mail.To);
        Assert.Equal("Your account", mail.Header("Subject"));
        Assert.Contains("no-reply@platform.test", mail.Header("From"), StringComparison.Ordinal);
        Assert.Equal($"<{accepted.Id}@platform.test>", mail.Header("Message-ID"));
        Assert.Equal("auto-generated", mail.Header("Auto-Submitted"));
        Assert.Contains($"{LongLine}\r\n.\r\nBye.", mail.Body, StringComparison.Ordinal);
        await EmptyAsync(service);
    }

    [Fact]
    public async Task Send_TwentyAtOnceWithOneDedupeKey_IsOneMail()
    {
        await using var smtp = SmtpServer.Start();
        await using var service = new MailService(redis.ConnectionString, smtp);
        var request = MailService.To(MailService.NewAddress());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => service.Client.SendAsync(request, TestContext.Current.CancellationToken)));

        Assert.Single(answers.Select(answer => answer.Id).Distinct());
        await EmptyAsync(service);
        Assert.Single(smtp.Mails);

        // Known after it was sent, too.
        Assert.Equal(answers[0].Id, (await service.Client.SendAsync(request, TestContext.Current.CancellationToken)).Id);
        Assert.Equal(0, await QueuedAsync(service));
    }

    [Fact]
    public async Task Send_RefusedForNow_IsTriedAgainAsTheSameMail()
    {
        await using var smtp = SmtpServer.Start();
        var refusals = 2;
        smtp.OnMail = _ => Task.FromResult(Interlocked.Decrement(ref refusals) >= 0 ? "451 try again" : null);
        await using var service = new MailService(redis.ConnectionString, smtp);

        await service.Client.SendAsync(MailService.To(MailService.NewAddress()), TestContext.Current.CancellationToken);

        await ArrivedAsync(smtp);
        Assert.Equal(3, smtp.Seen.Count);
        Assert.Single(smtp.Seen.Select(mail => mail.Header("Message-ID")).Distinct());
        await EmptyAsync(service);
    }

    [Fact]
    public async Task Send_RefusedForGood_IsDroppedAtOnceAndOthersGoOn()
    {
        await using var smtp = SmtpServer.Start();
        var gone = MailService.NewAddress();
        var asked = 0;
        smtp.OnRecipient = to => to == gone && Interlocked.Increment(ref asked) > 0 ? "550 no such user" : null;
        await using var service = new MailService(redis.ConnectionString, smtp);

        var refused = await service.Client.SendAsync(MailService.To(gone), TestContext.Current.CancellationToken);
        await service.Client.SendAsync(MailService.To(MailService.NewAddress()), TestContext.Current.CancellationToken);

        await ArrivedAsync(smtp);
        await EmptyAsync(service);
        Assert.Equal(1, asked);
        Assert.Contains($"E-mail {refused.Id} was refused for good (status 550)", service.Application.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_NeverTaken_IsGivenUpAfterTheLastAttempt()
    {
        await using var smtp = SmtpServer.Start();
        smtp.OnMail = _ => Task.FromResult<string?>("451 try again");
        await using var service = new MailService(redis.ConnectionString, smtp, null, ("Mail:MaxAttempts", "2"));

        var accepted = await service.Client.SendAsync(MailService.To(MailService.NewAddress()), TestContext.Current.CancellationToken);

        await EmptyAsync(service);
        Assert.Equal(2, smtp.Seen.Count);
        Assert.Contains($"E-mail {accepted.Id} could not be sent in 2 attempts", service.Application.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_MailServerAway_ArrivesWhenItIsBackAndHealthTellsMeanwhile()
    {
        int port;
        await using (var gone = SmtpServer.Start())
        {
            port = gone.Port;
        }

        await using var service = new MailService(redis.ConnectionString, null, null, MailService.SettingsOf(port));

        await service.Client.SendAsync(MailService.To(MailService.NewAddress()), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            async () => (await HealthAsync(service)).Contains("E-mails have not been going out since", StringComparison.Ordinal), Patience, "health tells");

        await using var smtp = SmtpServer.Start(port);
        await ArrivedAsync(smtp);
        await Eventually.TrueAsync(
            async () => (await HealthAsync(service)).Contains("E-mails go out.", StringComparison.Ordinal), Patience, "health tells");
    }

    [Fact]
    public async Task Send_MailServerSaysNothing_IsGivenUpInTimeAndTriedAgain()
    {
        await using var smtp = SmtpServer.Start();
        var silent = new TaskCompletionSource<string?>();
        smtp.OnMail = _ => smtp.Seen.Count == 1 ? silent.Task : Task.FromResult<string?>(null);
        await using var service = new MailService(redis.ConnectionString, smtp);

        await service.Client.SendAsync(MailService.To(MailService.NewAddress()), TestContext.Current.CancellationToken);

        await ArrivedAsync(smtp);
        Assert.Equal(2, smtp.Seen.Count);
    }

    [Fact]
    public async Task Send_ReplicaKilledWhileSending_AnotherSendsIt()
    {
        await using var smtp = SmtpServer.Start();
        var held = new TaskCompletionSource<string?>();
        smtp.OnMail = _ => smtp.Seen.Count == 1 ? held.Task : Task.FromResult<string?>(null);

        // Sends nothing itself, so that the replicas do.
        await using var service = new MailService(redis.ConnectionString, null);
        await service.Queue.AddAsync(ServiceNames.Users, MailService.To(MailService.NewAddress()), TestContext.Current.CancellationToken);
        (string, string)[] settings =
        [
            .. MailService.SettingsOf(smtp.Port), ("ConnectionStrings:redis", redis.ConnectionString), ("Redis:KeyPrefix", service.Application.KeyPrefix),
            .. service.Application.Issuer.SettingsOf(ServiceNames.Notifications).Select(pair => (pair.Key, pair.Value!)),
            ("Mail:Timeout", "00:00:10"), ("Mail:RetryDelay", "00:00:11"), ("Mail:MaxRetryDelay", "00:00:11"),
        ];
        await using (var first = await Replica.StartAsync(typeof(Program).Assembly.Location, settings))
        {
            await Eventually.TrueAsync(() => smtp.Seen.Count == 1, Patience, "the first replica is sending");
            first.Kill();
        }

        await using var second = await Replica.StartAsync(typeof(Program).Assembly.Location, settings);
        await ArrivedAsync(smtp);
        await EmptyAsync(service);
        Assert.Single(smtp.Seen.Select(mail => mail.Header("Message-ID")).Distinct());
    }

    [Fact]
    public async Task Redis_WhileMailWaits_HoldsNothingOfItNorDoTheLogs()
    {
        await using var smtp = SmtpServer.Start();
        var held = new TaskCompletionSource<string?>();
        smtp.OnMail = _ => held.Task;
        await using var service = new MailService(redis.ConnectionString, smtp);
        var address = MailService.NewAddress();

        await service.Client.SendAsync(MailService.To(address, "canary-text", "canary-key"), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => smtp.Seen.Count > 0, Patience, "the e-mail is being sent");

        var entries = await redis.GetDatabase().StreamRangeAsync(QueueOf(service));
        var stored = string.Concat(entries.SelectMany(entry => entry.Values).Select(field => Encoding.Latin1.GetString((byte[])field.Value!)));
        var keys = string.Concat(RedisFixture.Keys(redis.Multiplexer, service.Application.KeyPrefix));
        Assert.NotEmpty(stored);
        Assert.All([address, "canary-text", "canary-key", "Your account"], secret =>
        {
            Assert.DoesNotContain(secret, stored, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, keys, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, service.Application.Logs.Text, StringComparison.OrdinalIgnoreCase);
        });
        held.SetResult(null);
        await EmptyAsync(service);
    }

    [Theory]
    [InlineData("ada@example.com\r\nBcc: eve@example.com", "Hello", "text")]
    [InlineData("ada@example.com, eve@example.com", "Hello", "text")]
    [InlineData("Ada <ada@example.com>", "Hello", "text")]
    [InlineData("nobody", "Hello", "text")]
    [InlineData("ada@example.com", "Hello\r\nBcc: eve@example.com", "text")]
    [InlineData("ada@example.com", "", "text")]
    [InlineData("ada@example.com", "Hello", "")]
    public async Task Send_NotOneAddressOrLine_IsRefused(string to, string subject, string text)
    {
        await using var smtp = SmtpServer.Start();
        await using var service = new MailService(redis.ConnectionString, smtp);

        var (status, _) = await service.RefusalAsync(new { to, subject, text, dedupeKey = "k" });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(0, await QueuedAsync(service));
    }

    [Fact]
    public async Task Send_ByWhoeverMayNot_IsForbidden()
    {
        await using var service = new MailService(redis.ConnectionString, null);
        var application = service.Application;
        using var person = application.Person(PlatformId.New("usr"));
        using var other = application.Sender("taskservice");
        using var nobody = application.CreateClient();

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(person));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(other));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(nobody));

        async Task<HttpStatusCode> StatusAsync(HttpClient client)
        {
            using var response = await client.PostAsJsonAsync("/v1/mail", MailService.To(MailService.NewAddress()), JsonSerializerOptions.Web);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Send_NothingConfigured_SaysWhatToSetAndHealthDoesToo()
    {
        await using var service = new MailService(redis.ConnectionString, null);

        var refusal = await service.RefusalAsync(MailService.To(MailService.NewAddress()));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "mail_unconfigured"), refusal);
        Assert.Contains("Mail:Transport", await HealthAsync(service), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_QueueFull_AnswersWith503()
    {
        await using var smtp = SmtpServer.Start();
        smtp.OnMail = _ => Task.FromResult<string?>("451 try again");
        await using var service = new MailService(redis.ConnectionString, smtp, null, ("Mail:MaxQueued", "1"));
        await service.Client.SendAsync(MailService.To(MailService.NewAddress()), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "mail_queue_full"), await service.RefusalAsync(MailService.To(MailService.NewAddress())));
    }

    [Fact]
    public async Task Send_RedisKilled_AnswersWith503AndSendsWhatWaitedWhenItIsBack()
    {
        await using var own = await RedisServer.StartAsync();
        await using var smtp = SmtpServer.Start();
        smtp.OnMail = _ => Task.FromResult<string?>(smtp.Seen.Count == 1 ? "451 try again" : null);
        await using var service = new MailService(own.ConnectionString, smtp);
        await service.Client.SendAsync(MailService.To(MailService.NewAddress()), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => smtp.Seen.Count == 1, Patience, "the first attempt was made");

        await own.KillAsync();
        var (status, _) = await service.RefusalAsync(MailService.To(MailService.NewAddress()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);

        await own.RestartAsync();
        await ArrivedAsync(smtp);
    }

    [Fact]
    public async Task Send_RedisFull_IsRefusedWholeAndWhatWaitsGoesOut_UntilThereIsRoomAgain()
    {
        await using var own = await RedisServer.StartAsync();
        await using var smtp = SmtpServer.Start();
        var first = MailService.NewAddress();
        var refusals = 1;
        smtp.OnMail = _ => Task.FromResult<string?>(Interlocked.Decrement(ref refusals) >= 0 ? "451 try again" : null);
        await using var service = new MailService(own.ConnectionString, smtp);
        await service.Client.SendAsync(MailService.To(first), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => smtp.Seen.Count == 1, Patience, "the first attempt was made");
        await own.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");

        var refused = MailService.To(MailService.NewAddress());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "redis_unavailable"), await service.RefusalAsync(refused));

        // Sending makes room, so it goes on.
        await ArrivedAsync(smtp);
        await Eventually.TrueAsync(async () => await own.CommandAsync("XLEN", QueueOf(service)) == "0", Patience, "nothing is left in the queue");
        Assert.Equal(first, Assert.Single(smtp.Mails).To);

        await own.CommandAsync("CONFIG", "SET", "maxmemory", "512mb");
        await Eventually.TrueAsync(
            async () => (await service.Http.PostAsJsonAsync("/v1/mail", refused, JsonSerializerOptions.Web)).IsSuccessStatusCode, Patience, "the same e-mail is taken");
        await Eventually.TrueAsync(() => smtp.Mails.Any(mail => mail.To == refused.To), Patience, "it arrives");
        Assert.Equal(2, smtp.Mails.Count);
    }

    [Fact]
    public async Task Send_FailsAsNobodyExpected_HoldsUpNobodyAndTellsTheLogNothingOfIt()
    {
        var (cursed, other) = (MailService.NewAddress(), MailService.NewAddress());
        var transport = new FailingTransport(cursed);
        await using var application = new Inboxes(
            redis.ConnectionString, null, MailService.SettingsOf(smtpPort: 1).ToDictionary(pair => pair.Name, pair => (string?)pair.Value));
        await using var running = application.WithWebHostBuilder(
            host => host.ConfigureTestServices(services => services.AddSingleton<IMailTransport>(transport)));
        var queue = running.Services.GetRequiredService<MailQueue>();

        await queue.AddAsync(ServiceNames.Users, MailService.To(cursed), TestContext.Current.CancellationToken);
        await queue.AddAsync(ServiceNames.Users, MailService.To(other), TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => transport.Sent.Count == 2, Patience, "both are sent, one of them at its second attempt");
        Assert.Equal(new[] { cursed, other }.Order(), transport.Sent.Order());
        Assert.Contains("could not be sent (InvalidOperationException)", application.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(cursed, application.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Directory_Mail_IsAFileWithItsLinkInOnePiece()
    {
        var folder = Directory.CreateTempSubdirectory("mail-");
        try
        {
            await using var service = new MailService(
                redis.ConnectionString, null, null, ("Mail:Transport", "Directory"), ("Mail:Directory", folder.FullName));

            var accepted = await service.Client.SendAsync(MailService.To(MailService.NewAddress(), LongLine), TestContext.Current.CancellationToken);

            var file = Path.Combine(folder.FullName, $"{accepted.Id}.eml");
            await Eventually.TrueAsync(() => File.Exists(file), Patience, "the file is there");
            Assert.Contains(LongLine, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
            await EmptyAsync(service);
            Assert.Single(folder.EnumerateFileSystemInfos());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("Mail:Transport", "Smtp", "Mail:Smtp:Host")]
    [InlineData("Mail:Transport", "Directory", "Mail:Directory")]
    [InlineData("Mail:From", "nobody", "Mail:From")]
    [InlineData("Mail:RetryDelay", "00:00:10", "Mail:RetryDelay")]
    [InlineData("Mail:MaxAge", "9.00:00:00", "Mail:MaxAge")]
    public async Task Start_InvalidSetting_NamesIt(string setting, string value, string named)
    {
        Exception refusal;
        do
        {
            await using var application = new Inboxes(redis.ConnectionString, null, new() { [setting] = value });
            refusal = Assert.ThrowsAny<Exception>(() => application.CreateClient());
        }
        while (refusal is ObjectDisposedException);

        // The factory may come to the host when the program that failed has disposed of it; then that is all it says.
        Assert.Contains(named, refusal.ToString(), StringComparison.Ordinal);
    }

    private static string QueueOf(MailService service) => $"{service.Application.KeyPrefix}notification:mail:v1:{{queue}}";

    private static Task ArrivedAsync(SmtpServer smtp) => Eventually.TrueAsync(() => smtp.Mails.Count > 0, Patience, "the e-mail arrives");

    private Task EmptyAsync(MailService service) =>
        Eventually.TrueAsync(async () => await QueuedAsync(service) == 0, Patience, "nothing is left in the queue");

    private Task<long> QueuedAsync(MailService service) => redis.GetDatabase().StreamLengthAsync(QueueOf(service));

    private static async Task<string> HealthAsync(MailService service)
    {
        using var client = service.Application.CreateClient();
        return await client.GetStringAsync(new Uri("/health/detailed", UriKind.Relative));
    }

    /// <summary>Fails at the first e-mail to an address, and says to which.</summary>
    private sealed class FailingTransport(string address) : IMailTransport
    {
        private int _failures;

        public ConcurrentQueue<string> Sent { get; } = [];

        public Task SendAsync(string id, MailMessage message, CancellationToken cancellationToken)
        {
            var to = message.To.Single().Address;
            if (to == address && Interlocked.Increment(ref _failures) == 1)
            {
                throw new InvalidOperationException($"Not to {to}.");
            }

            Sent.Enqueue(to);
            return Task.CompletedTask;
        }
    }
}
