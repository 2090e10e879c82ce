using Xunit.v3;

namespace Platform.TestKit;

/// <summary>
/// Finds a Chromium: the one named by <c>PLATFORM_TEST_BROWSER</c>, one on the path, or the distribution's package, which is installed if this process may. Where
/// there is none, tests in a browser are skipped, visibly.
/// </summary>
internal static class BrowserProgram
{
    public const string PathVariable = "PLATFORM_TEST_BROWSER";

    private const string Package = "chromium";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static string? _located;

    public static async Task<string> LocateAsync(CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        try
        {
            return _located ??= Find() ?? await InstallAsync(cancellationToken);
        }
        finally
        {
            Gate.Release();
        }
    }

    private static string? Find() => Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named
        ? File.Exists(named) ? named : throw new InvalidOperationException($"{PathVariable} names '{named}', which is not a file. Set it to a Chromium, or unset it.")
        : Names.Select(ProgramPath.Find).FirstOrDefault(found => found is not null);

    private static async Task<string> InstallAsync(CancellationToken cancellationToken)
    {
        var failure = await DistributionPackage.InstallAsync(Package, () => Find() is not null, cancellationToken);
        return Find() ?? throw new InvalidOperationException(
            $"{DynamicSkipToken.Value}No Chromium was found, and {failure ?? "the package has none"}. Put one on the PATH, or set {PathVariable} to one.");
    }
}
