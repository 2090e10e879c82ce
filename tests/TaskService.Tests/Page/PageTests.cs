using System.Net.Http.Json;
using System.Text.Json;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.TestKit;
using TaskService.Tests.Functional;

namespace TaskService.Tests.Page;

/// <summary>What administrators do at <c>/tasks</c>, in a real browser. What a page asked for and what its scripts threw is looked at after each.</summary>
[Collection(PageFixture.Name)]
public sealed class PageTests(PageFixture fixture)
{
    private const string Hostile = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Overview_DepthChanges_IsSeenLive_AndPauseAndResumeHold()
    {
        var page = await fixture.OpenAsync("/overview");
        await page.SeesAsync("aside", "tbody");
        var before = await DepthAsync(page, "aside");

        await fixture.App.Get<TaskClient>().EnqueueManyAsync(
            TestWork.Type, [.. Enumerable.Range(0, 7).Select(number => new TestPayload(number))], new EnqueueOptions { Queue = "aside" });
        await Eventually.TrueAsync(async () => await DepthAsync(page, "aside") == before + 7, Longest, "the depth is seen");

        await page.ClickAsync("button[aria-label='Pause aside']");
        await page.EvaluateAsync("document.querySelector('dialog[open] select').value = '00:10:00'");
        await page.ClickAsync("dialog[open] button[type=submit]");
        await page.SeesAsync("ends in", "tr[data-key=aside]");
        using var admin = fixture.AdminClient();
        Assert.True(await IsPausedAsync(admin, "aside"));
        await page.ClickAsync("button[aria-label='Resume aside']");
        await page.SeesNoMoreAsync("paused", "tr[data-key=aside]");
        Assert.False(await IsPausedAsync(admin, "aside"));
        Assert.True((await page.EvaluateAsync("document.querySelectorAll('.plot polyline').length === 2")).GetBoolean());
        AssertKeptToItself(page);
    }

    [Fact]
    public async Task Task_ThatDied_IsFoundAndOpened_AndSucceedsWhenItIsTriedAgain()
    {
        var fails = true;
        fixture.Work.Run = (_, _, _) => fails ? throw new InvalidOperationException(Hostile) : Task.FromResult(TaskOutcome.Of(new { sent = Hostile }));
        using var admin = fixture.AdminClient();
        var id = await admin.SubmitAsync(TestWork.Type, new { number = 42 });
        await admin.WaitForAsync(id, "dead");

        var page = await fixture.OpenAsync("/tasks");
        await page.SeesAsync("shown");
        await page.TypeAsync(".filters input[name=type]", TestWork.Type);
        await page.EvaluateAsync("document.querySelector('.filters select').value = 'dead'");
        await page.ClickAsync(".filters button[type=submit]");
        await page.ClickAsync($"tr[data-key='{id}'] a");

        await page.SeesAsync("handler_error", "tbody");
        Assert.Equal(2, (await page.EvaluateAsync("document.querySelectorAll('tbody tr').length")).GetInt32());
        await page.SeesAsync("Attempt ended (2) dead", ".timeline");
        await page.SeesAsync("\"number\": 42", "details pre");
        fails = false;
        await page.ClickAsync("button[data-act=retry]");
        await page.SeesAsync("succeeded", "h2");
        await page.SeesAsync(Hostile[..18], "details pre");
        await AssertNothingRanAsync(page);

        // The address is the view.
        await page.ReloadAsync();
        await page.SeesAsync(id, ".head");
        AssertKeptToItself(page);
    }

    [Fact]
    public async Task Tasks_WithHostileTypesAndErrors_AreShownAsText()
    {
        var id = (await fixture.DieAsync(1, Hostile, "\"><b>code</b>", Hostile)).Single();

        var page = await fixture.OpenAsync($"/dead?type={Uri.EscapeDataString(Hostile)}");
        await page.SeesAsync(Hostile, $"tr[data-key='{id}']");
        await page.ClickAsync($"tr[data-key='{id}'] a");
        await page.SeesAsync(Hostile, ".failure pre");
        await page.SeesAsync("\"><b>code</b>", ".failure h3");

        await AssertNothingRanAsync(page);
        AssertKeptToItself(page);
    }

    [Fact]
    public async Task Tasks_OnAPhone_AreAsWideAsItIs_WhateverTheirErrors()
    {
        var word = new string('w', 150);
        fixture.Work.Run = (_, _, _) => throw new TaskFailedException(word[..60], $"{word} {word}");
        using var admin = fixture.AdminClient();
        var id = await admin.SubmitAsync(TestWork.Type, new { number = 7 });
        await admin.WaitForAsync(id, "failed");
        await fixture.DieAsync(1, word, word[..60], word);

        var page = await fixture.OpenAsync("/tasks");
        await page.ShowAsAsync(375, 800, dark: false);
        foreach (var (view, seen) in ((string, string)[])[("/tasks", id), ("/dead", word), ($"/tasks/{id}", "Attempt ended (1) failed")])
        {
            await page.GoToAsync(new Uri(fixture.Address, "/tasks#" + view));
            await page.SeesAsync(seen, "main");
            var width = (await page.EvaluateAsync("document.documentElement.scrollWidth")).GetInt32();
            Assert.True(width <= 375, $"{view} is {width} wide.");
        }
    }

    [Fact]
    public async Task DeadLetters_ByFilter_AreReplayedWithProgress_AndTheOthersStay()
    {
        await fixture.DieAsync(250, "mail", "smtp", "The server said 421.");
        await fixture.DieAsync(3, "report", "unknown_type", "No worker knows it.");

        var page = await fixture.OpenAsync("/dead");
        await page.TypeAsync(".filters input[name=error]", "421");
        await page.ClickAsync(".filters button[type=submit]");
        await page.SeesAsync("mail", "tbody");
        await page.SeesNoMoreAsync("report", "tbody");
        await page.ClickAsync("button[data-act=count]");
        await page.SeesAsync("250 dead letters are meant");
        await page.ClickAsync("button[data-act=replay]");
        await page.ClickAsync("dialog[open] button[type=submit]", "Try 250 again");
        await page.SeesAsync("250 of 250 · succeeded", ".job");
        await page.SeesAsync("There are no such dead letters.");

        using var admin = fixture.AdminClient();
        Assert.Equal(3, await DeadAsync(admin, "type=report"));
        Assert.Equal(0, await DeadAsync(admin, "type=mail"));
        AssertKeptToItself(page);
    }

    [Fact]
    public async Task Schedule_RunNow_IsSeenAmongItsRuns()
    {
        fixture.Work.Run = (_, _, _) => Task.FromResult(TaskOutcome.None);
        using var admin = fixture.AdminClient();
        (await admin.PutAsJsonAsync("/v1/schedules/nightly", new { cron = "0 3 * * *", type = TestWork.Type, payload = new { } })).EnsureSuccessStatusCode();

        var page = await fixture.OpenAsync("/schedules");
        await page.SeesAsync("0 3 * * *", "tr[data-key=nightly]");
        await page.ClickAsync("button[aria-label='Run nightly now']");
        await page.SeesAsync("succeeded", "tr[data-key=nightly]");
        AssertKeptToItself(page);
    }

    [Fact]
    public async Task Redis_Away_IsSaidInABanner_UntilItIsBack()
    {
        var page = await fixture.OpenAsync("/overview");
        await page.SeesAsync("aside", "tbody");

        await fixture.Redis.KillAsync();
        await page.SeesAsync("What you see is from", "#banner");
        Assert.StartsWith("The data store is unavailable.", await page.TextAsync("#banner"), StringComparison.Ordinal);
        await page.SeesAsync("aside", "tbody");
        await fixture.Redis.RestartAsync();

        // Whoever comes back to the tab does not wait for the next look.
        await Eventually.TrueAsync(
            async () => (await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange')), document.getElementById('banner').hidden")).GetBoolean(),
            Longest, "the banner goes");
        AssertKeptToItself(page);
    }

    [Fact]
    public async Task Question_OfAViewThatIsLeft_GoesWithIt_AndNothingIsDone()
    {
        var id = (await fixture.DieAsync(1, "left", "smtp", "No.")).Single();
        var page = await fixture.OpenAsync("/dead?type=left");
        await page.SeesAsync(id, "tbody");
        await page.ClickAsync("button[data-act=remove]");
        await page.SeesAsync("1 dead letter is meant", "dialog[open]");

        // Behind the dialog nothing can be clicked, but one can go back.
        await page.EvaluateAsync("location.hash = '#/overview'");

        await page.SeesAsync("aside", "tr[data-key=aside]");
        Assert.Equal(0, (await page.EvaluateAsync("document.querySelectorAll('dialog.question').length")).GetInt32());
        using var admin = fixture.AdminClient();
        Assert.Equal(1, await DeadAsync(admin, "type=left"));
        AssertKeptToItself(page);
    }

    [Fact]
    public async Task DeadLetters_NoneThatIsMeant_LeavesNothingToPress()
    {
        const string Pressable = "document.querySelectorAll('.actions > [data-act]:not(:disabled)').length";
        var id = (await fixture.DieAsync(1, "pressed", "smtp", "No.")).Single();
        var page = await fixture.OpenAsync("/dead?type=pressed");
        await page.SeesAsync(id, "tbody");
        Assert.Equal(3, (await page.EvaluateAsync(Pressable)).GetInt32());

        await page.TypeAsync(".filters input[name=type]", "nobody-has-this");
        await page.ClickAsync(".filters button[type=submit]");
        await page.SeesAsync("There are no such dead letters.");
        Assert.Equal(0, (await page.EvaluateAsync(Pressable)).GetInt32());
        AssertKeptToItself(page);
    }

    [Fact]
    public async Task Tab_ThatNobodyLooksAt_AsksForNothing_UntilItIsShown()
    {
        var page = await fixture.OpenAsync("/overview");
        await page.SeesAsync("aside", "tbody");

        // The page's clock goes 50 times as fast, and it is told what the browser would say of a tab.
        await page.EvaluateAsync("""
            const later = setTimeout;
            window.setTimeout = (what, after, ...rest) => later(what, after / 50, ...rest);
            window.afterLooks = looks => new Promise(resolve => later(resolve, looks * 2000 / 50));
            window.hides = isHidden => {
              Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
              document.dispatchEvent(new Event('visibilitychange'));
            };
            hides(false);
            """);
        int Looks() => page.Requests.Count(request => request.AbsolutePath == "/v1/tasks/stats");
        var seen = Looks();
        await Eventually.TrueAsync(() => Looks() >= seen + 3, Longest, "the page looks again and again");

        await page.EvaluateAsync("hides(true)");
        await page.EvaluateAsync("afterLooks(5)");
        seen = Looks();
        await page.EvaluateAsync("afterLooks(10)");
        Assert.Equal(seen, Looks());

        await page.EvaluateAsync("hides(false)");
        await Eventually.TrueAsync(() => Looks() >= seen + 3, Longest, "the page looks again");
        AssertKeptToItself(page);
    }

    private static async Task<int> DepthAsync(BrowserPage page, string queue) =>
        (await page.EvaluateAsync($"Number(document.querySelector('[data-depth={queue}]').textContent)")).GetInt32();

    private static async Task<bool> IsPausedAsync(HttpClient admin, string queue) => (await admin.GetFromJsonAsync<JsonElement>("/v1/queues")).GetProperty("items")
        .EnumerateArray().Single(one => one.GetProperty("name").GetString() == queue).GetProperty("paused").GetBoolean();

    private static async Task<int> DeadAsync(HttpClient admin, string filter) =>
        (await admin.GetFromJsonAsync<JsonElement>($"/v1/tasks/dead?{filter}")).GetProperty("items").GetArrayLength();

    private static async Task AssertNothingRanAsync(BrowserPage page)
    {
        Assert.Equal(JsonValueKind.Undefined, (await page.EvaluateAsync("window.hacked")).ValueKind);
        Assert.Equal(0, (await page.EvaluateAsync("document.querySelectorAll('main img, main script, main b b').length")).GetInt32());
    }

    private void AssertKeptToItself(BrowserPage page)
    {
        Assert.NotEmpty(page.Requests);
        Assert.All(page.Requests, request => Assert.Equal(fixture.Address.Authority, request.Authority));
        Assert.Empty(page.Errors);
    }
}
