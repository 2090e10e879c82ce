using System.Diagnostics;

namespace Platform.TestKit;

/// <summary>A Chromium without a window, for tests of pages. It ends with <see cref="DisposeAsync"/>, and with the test process whichever way that ends.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _directory;
    private readonly DevTools _tools;

    private Browser(Process process, string directory, DevTools tools)
    {
        _process = process;
        _directory = directory;
        _tools = tools;
    }

    public static async Task<Browser> StartAsync(CancellationToken cancellationToken)
    {
        var program = await BrowserProgram.LocateAsync(cancellationToken);
        var directory = Directory.CreateTempSubdirectory("platform-browser-").FullName;

        // Nothing but what pages ask for shall go anywhere. Tests may run as root, where Chromium has no sandbox, and load nothing of strangers.
        var process = await ChildProcess.StartAsync(
            program,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
                "--disable-sync", "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--no-proxy-server", "--hide-scrollbars",
                "--disable-features=Translate,OptimizationHints,MediaRouter", $"--user-data-dir={directory}", "--remote-debugging-port=0", "about:blank",
            ],
            directory, isQuiet: true);
        string[] lines = [];
        var file = Path.Combine(directory, "DevToolsActivePort");
        await Eventually.TrueAsync(() => File.Exists(file) && (lines = File.ReadAllLines(file)).Length >= 2, StartTimeout, "the browser has started");
        return new Browser(process, directory, await DevTools.ConnectAsync(new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}"), cancellationToken));
    }

    /// <summary>Opens a page for somebody who has never been there: without cookies, and without any other page's.</summary>
    public async Task<BrowserPage> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        var context = (await _tools.AskAsync("Target.createBrowserContext", null, null, cancellationToken)).GetProperty("browserContextId").GetString()!;
        return await BrowserPage.OpenAsync(_tools, context, address, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            Directory.Delete(_directory, recursive: true);
        }
        catch (IOException)
        {
            // One of its processes writes as it ends.
        }
    }
}
