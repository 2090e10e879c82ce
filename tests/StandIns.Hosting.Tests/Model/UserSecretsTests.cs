using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.Configuration;

namespace StandIns.Hosting.Tests.Model;

public sealed class UserSecretsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("secrets-").FullName;

    private string File => Path.Combine(_folder, "an-id", "secrets.json");

    [Fact]
    public void GetOrAdd_TheFirstTime_KeepsTheValueForItsUserAlone()
    {
        var value = new UserSecrets(File).GetOrAdd("Parameters:key", () => "made");

        Assert.Equal("made", value);
        Assert.Equal("made", new UserSecrets(File).GetOrAdd("Parameters:key", () => "made again"));
        Assert.Equal("made", Assert.Single(Read()).Value);
        Assert.Equal([File], Directory.GetFiles(Path.GetDirectoryName(File)!, "secrets.json*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Fact]
    public async Task GetOrAdd_ManyAtOnce_AllGetTheSame()
    {
        using var start = new Barrier(16);
        var values = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                var own = new UserSecrets(File).GetOrAdd($"Parameters:own-{i}", () => $"{i}");
                return (own, shared: new UserSecrets(File).GetOrAdd("Parameters:shared", () => $"made by {i}"));
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Single(values.Select(value => value.shared).Distinct());
        Assert.Equal(Enumerable.Range(0, 16).Select(i => $"{i}"), values.Select(value => value.own));
        Assert.Equal(17, Read().Count);
    }

    [Theory]
    [InlineData("""{ "Parameters:key": "known", "Other": { "x": 1 } }""")]
    [InlineData("""{ "Parameters": { "key": "known" }, /* as some tools write it */ "Other": { "x": 1 }, }""")]
    public void GetOrAdd_AnyShapeOfTheFile_FindsWhatConfigurationFinds(string json)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, json);

        Assert.Equal("known", new UserSecrets(File).GetOrAdd("Parameters:key", () => "made"));
        Assert.Equal("made", new UserSecrets(File).GetOrAdd("Parameters:other", () => "made"));
        Assert.Contains("\"x\": 1", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
    }

    [Fact]
    public void GetOrAdd_FileIsBroken_NamesItAndLeavesItAlone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, "{ broken");

        var exception = Assert.Throws<DistributedApplicationException>(() => new UserSecrets(File).GetOrAdd("Parameters:key", () => "made"));

        Assert.Contains(File, exception.Message, StringComparison.Ordinal);
        Assert.Equal("{ broken", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void GetOrAdd_FolderCannotBeWritten_SaysWhatToDo()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder, "an-id"), "in the way");

        var exception = Assert.Throws<DistributedApplicationException>(() => new UserSecrets(File).GetOrAdd("Parameters:key", () => "made"));

        Assert.Contains("set 'Parameters:key' yourself", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Dictionary<string, string> Read() => JsonSerializer.Deserialize<Dictionary<string, string>>(System.IO.File.ReadAllText(File))!;
}
