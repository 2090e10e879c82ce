using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Platform.TestKit;

/// <summary>A page in a <see cref="Browser"/>, and what somebody does there: looks, types and clicks.</summary>
public sealed class BrowserPage
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly DevTools _tools;
    private readonly string _context;
    private readonly string _session;
    private readonly CancellationToken _cancellationToken;

    private BrowserPage(DevTools tools, string context, string session, CancellationToken cancellationToken)
    {
        _tools = tools;
        _context = context;
        _session = session;
        _cancellationToken = cancellationToken;
    }

    /// <summary>All that was asked for since the page was opened.</summary>
    public ConcurrentQueue<Uri> Requests { get; } = new();

    /// <summary>What scripts threw, and what the page's policy refused.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    internal static async Task<BrowserPage> OpenAsync(DevTools tools, string context, Uri address, CancellationToken cancellationToken)
    {
        var target = await tools.AskAsync("Target.createTarget", new { url = "about:blank", browserContextId = context }, null, cancellationToken);
        var attached = await tools.AskAsync(
            "Target.attachToTarget", new { targetId = target.GetProperty("targetId").GetString(), flatten = true }, null, cancellationToken);
        var page = new BrowserPage(tools, context, attached.GetProperty("sessionId").GetString()!, cancellationToken);
        tools.Listen(page._session, page.Hear);
        await Task.WhenAll(((string[])["Page.enable", "Runtime.enable", "Network.enable", "Log.enable"]).Select(method => page.AskAsync(method)));
        await page.AskAsync("Page.navigate", new { url = address.AbsoluteUri });
        return page;
    }

    /// <summary>Another tab of the same person.</summary>
    public Task<BrowserPage> OpenTabAsync(Uri address) => OpenAsync(_tools, _context, address, _cancellationToken);

    public Task ReloadAsync() => AskAsync("Page.reload");

    public Task GoToAsync(Uri address) => AskAsync("Page.navigate", new { url = address.AbsoluteUri });

    /// <summary>What an expression comes to; where that is a promise, what it is settled with.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var answer = await AskAsync("Runtime.evaluate", new { expression, returnByValue = true, awaitPromise = true });
        return answer.TryGetProperty("exceptionDetails", out var thrown)
            ? throw new InvalidOperationException($"{expression}: {thrown}")
            : answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>The text that can be seen.</summary>
    public async Task<string> TextAsync(string selector = "body") =>
        (await EvaluateAsync($"[...document.querySelectorAll({Literal(selector)})].map(one => one.innerText).join('\\n')")).GetString()!;

    /// <summary>Waits until a text can be seen.</summary>
    public Task SeesAsync(string text, string selector = "body") => UntilAsync(
        async () => (await TextAsync(selector)).Contains(text, StringComparison.Ordinal), $"'{text}' is to be seen in {selector}");

    /// <summary>Waits until a text can be seen no more.</summary>
    public Task SeesNoMoreAsync(string text, string selector = "body") => UntilAsync(
        async () => !(await TextAsync(selector)).Contains(text, StringComparison.Ordinal), $"'{text}' is gone from {selector}");

    /// <summary>Clicks with the mouse, once the element is there, stands still and nothing is in front of it.</summary>
    public async Task ClickAsync(string selector, string? text = null)
    {
        (double X, double Y) at = default;
        await UntilAsync(
            async () =>
            {
                var place = await EvaluateAsync($$"""
                    (() => {
                      const found = [...document.querySelectorAll({{Literal(selector)}})].find(one => one.innerText.trim().includes({{Literal(text ?? "")}}) && one.offsetParent !== null);
                      found?.scrollIntoView({ block: 'center' });
                      const box = found?.getBoundingClientRect();
                      const [x, y] = box ? [box.x + box.width / 2, box.y + box.height / 2] : [];
                      return box && !found.disabled && found.contains(document.elementFromPoint(x, y)) ? [x, y] : null;
                    })()
                    """);
                at = place.ValueKind == JsonValueKind.Array ? (place[0].GetDouble(), place[1].GetDouble()) : default;
                return at != default;
            },
            $"'{selector}' with '{text}' can be clicked");
        foreach (var type in (string[])["mousePressed", "mouseReleased"])
        {
            await AskAsync("Input.dispatchMouseEvent", new { type, x = at.X, y = at.Y, button = "left", clickCount = 1 });
        }
    }

    /// <summary>Types into a field, in place of what is in it.</summary>
    public async Task TypeAsync(string selector, string text)
    {
        await UntilAsync(
            async () => (await EvaluateAsync(
                $"(() => {{ const field = document.querySelector({Literal(selector)}); field?.focus(); field?.select(); return field !== null && document.activeElement === field; }})()"))
                .ValueKind == JsonValueKind.True,
            $"'{selector}' takes text");
        await AskAsync("Input.insertText", new { text });
    }

    /// <summary>Presses a key that has a name, such as <c>Enter</c>.</summary>
    public async Task PressAsync(string key, int code)
    {
        foreach (var type in (string[])["keyDown", "keyUp"])
        {
            await AskAsync("Input.dispatchKeyEvent", new { type, key, code = key, windowsVirtualKeyCode = code, text = key == "Enter" && type == "keyDown" ? "\r" : "" });
        }
    }

    /// <summary>How large the window is, and whether the person likes it dark.</summary>
    public async Task ShowAsAsync(int width, int height, bool dark)
    {
        await AskAsync("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = false });
        await AskAsync("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });
    }

    /// <summary>What it looks like, as a PNG.</summary>
    public async Task<byte[]> ScreenshotAsync() =>
        (await AskAsync("Page.captureScreenshot", new { format = "png", captureBeyondViewport = true })).GetProperty("data").GetBytesFromBase64();

    private static Task UntilAsync(Func<Task<bool>> condition, string because) => Eventually.TrueAsync(condition, Longest, because);

    private static string Literal(string text) => JsonSerializer.Serialize(text);

    private Task<JsonElement> AskAsync(string method, object? parameters = null) => _tools.AskAsync(method, parameters, _session, _cancellationToken);

    private void Hear(string method, JsonElement said)
    {
        switch (method)
        {
            case "Network.requestWillBeSent":
                Requests.Enqueue(new Uri(said.GetProperty("request").GetProperty("url").GetString()!));
                break;
            case "Runtime.exceptionThrown":
                Errors.Enqueue(said.GetProperty("exceptionDetails").ToString());
                break;
            case "Log.entryAdded" when said.GetProperty("entry") is var entry && entry.GetProperty("source").GetString() is "security" or "violation" or "javascript":
                Errors.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{entry.GetProperty("text").GetString()}"));
                break;
        }
    }
}
