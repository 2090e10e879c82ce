using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using Platform.TestKit;

namespace Platform.Redis.Tests.Package;

/// <summary>What <c>dotnet pack</c> makes of the library.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("platform-package-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Pack_TheLibrary_HasReadmeDocumentationSymbolsAndTheRealDependencies()
    {
        await PackAsync();

        using var package = await ZipFile.OpenReadAsync(Assert.Single(Directory.GetFiles(_folder, "Platform.Redis.*.nupkg")), Cancellation);
        var files = package.Entries.Select(entry => entry.FullName).ToList();
        Assert.Contains("README.md", files);
        Assert.Contains("lib/net10.0/Platform.Redis.dll", files);
        Assert.Contains("lib/net10.0/Platform.Redis.xml", files);
        Assert.Single(files, file => file.EndsWith(".dll", StringComparison.Ordinal));

        var documentation = await TextAsync(package, "lib/net10.0/Platform.Redis.xml");
        Assert.Contains("M:Platform.Redis.PlatformRedisExtensions.AddPlatformRedis", documentation, StringComparison.Ordinal);
        Assert.Contains("```csharp", await TextAsync(package, "README.md"), StringComparison.Ordinal);

        using var symbols = await ZipFile.OpenReadAsync(Assert.Single(Directory.GetFiles(_folder, "Platform.Redis.*.snupkg")), Cancellation);
        Assert.Contains("lib/net10.0/Platform.Redis.pdb", symbols.Entries.Select(entry => entry.FullName));

        var metadata = XDocument.Parse(await TextAsync(package, "Platform.Redis.nuspec")).Root!.Elements().Single();
        var names = metadata.Elements().Select(element => element.Name.LocalName).ToList();
        Assert.Contains("readme", names);
        Assert.Contains("description", names);
        Assert.DoesNotContain("icon", names);
        Assert.DoesNotContain("projectUrl", names);
        Assert.Null(metadata.Elements().SingleOrDefault(element => element.Name.LocalName == "repository")?.Attribute("url"));

        var dependencies = metadata.Descendants().Where(element => element.Name.LocalName == "dependency")
            .ToDictionary(element => element.Attribute("id")!.Value, element => element.Attribute("version")!.Value);
        Assert.Equal(["Aspire.StackExchange.Redis", "OpenTelemetry.Extensions.Hosting", "StackExchange.Redis"], dependencies.Keys.Order());
        var versions = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Directory.Packages.props"), Cancellation);
        var aspire = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Directory.Build.props"), Cancellation);
        Assert.Contains($"<AspireVersion>{dependencies["Aspire.StackExchange.Redis"]}</AspireVersion>", aspire, StringComparison.Ordinal);
        foreach (var id in dependencies.Keys.Except(["Aspire.StackExchange.Redis"]))
        {
            Assert.Contains($"Include=\"{id}\" Version=\"{dependencies[id]}\"", versions, StringComparison.Ordinal);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<string> TextAsync(ZipArchive package, string name)
    {
        using var reader = new StreamReader(await package.GetEntry(name)!.OpenAsync(Cancellation));
        return await reader.ReadToEndAsync(Cancellation);
    }

    /// <summary>Packs what was built for these tests.</summary>
    private async Task PackAsync()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var start = new ProcessStartInfo(
            "dotnet", ["pack", "src/Platform.Redis", "--no-build", "--configuration", configuration, "--output", _folder, "-nodeReuse:false"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, output);
    }
}
