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
        await PackAsync("src/Platform.Redis");

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
        string[] ofAspire = ["Aspire.StackExchange.Redis", "Aspire.StackExchange.Redis.OutputCaching"];
        Assert.Equal([.. ofAspire, "OpenTelemetry.Extensions.Hosting", "StackExchange.Redis"], dependencies.Keys.Order());
        var versions = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Directory.Packages.props"), Cancellation);
        var aspire = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Directory.Build.props"), Cancellation);
        Assert.All(ofAspire, id => Assert.Contains($"<AspireVersion>{dependencies[id]}</AspireVersion>", aspire, StringComparison.Ordinal));
        foreach (var id in dependencies.Keys.Except(ofAspire))
        {
            Assert.Contains($"Include=\"{id}\" Version=\"{dependencies[id]}\"", versions, StringComparison.Ordinal);
        }
    }

    /// <summary>Run on demand (<c>-explicit only</c>): it restores from the feed. Stand-ins are packed for what the feed lacks.</summary>
    [Fact(Explicit = true)]
    public async Task Package_InAFeed_BuildsTheSample()
    {
        string[] projects =
        [
            "Aspire.StackExchange.Redis", "Aspire.StackExchange.Redis.OutputCaching", "OpenTelemetry.Extensions.Hosting",
            "Pipelines.Sockets.Unofficial", "System.IO.Hashing",
        ];
        await PackAsync("src/Platform.Redis");
        foreach (var project in projects.Where(project => Directory.Exists(Path.Combine(Repository.Root, "artifacts/bin", project))))
        {
            await PackAsync("standins/" + project);
        }

        await DotnetAsync(
            "build", "samples/RedisLibrary", "-p:PlatformRedisVersion=1.0.0", "-p:UseStandIns=false", $"-p:RestorePackagesPath={_folder}/packages",
            $"-p:RestoreAdditionalProjectSources={_folder}", $"-p:ArtifactsPath={_folder}/artifacts");
        Assert.True(File.Exists(Path.Combine(_folder, "artifacts/bin/RedisLibrary/debug/Platform.Redis.dll")));
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Name;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<string> TextAsync(ZipArchive package, string name)
    {
        using var reader = new StreamReader(await package.GetEntry(name)!.OpenAsync(Cancellation));
        return await reader.ReadToEndAsync(Cancellation);
    }

    /// <summary>Packs what was built for these tests.</summary>
    private Task PackAsync(string project) =>
        DotnetAsync("pack", project, "--no-build", "--configuration", Configuration, "--output", _folder, "-p:IsPackable=true");

    private static async Task DotnetAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [.. arguments, "-nodeReuse:false"])
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
