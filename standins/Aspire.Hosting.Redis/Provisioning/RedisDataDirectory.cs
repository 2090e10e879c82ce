namespace Aspire.Hosting.Redis.Provisioning;

/// <summary>
/// Where a local server keeps what a container would keep in its volume: one directory per application and volume, used by one
/// server at a time, kept between runs; without a volume, or in tests, a directory that ends with the application.
/// </summary>
internal sealed class RedisDataDirectory : IDisposable
{
    private const string LockName = ".lock";

    private readonly FileStream _lock;
    private readonly bool _isTemporary;

    private RedisDataDirectory(string path, FileStream @lock, bool isTemporary)
    {
        Path = path;
        _lock = @lock;
        _isTemporary = isTemporary;
    }

    /// <summary>Everything this user's applications keep on this machine.</summary>
    public static string Root { get; } = System.IO.Path.Combine(Home(), "aspire-hosting");

    public string Path { get; }

    public static RedisDataDirectory CreateTemporary() =>
        Open(Directory.CreateTempSubdirectory("aspire-redis-").FullName, isTemporary: true);

    /// <exception cref="InvalidOperationException">Another application has the volume.</exception>
    public static RedisDataDirectory ForVolume(string application, string volume) =>
        Open(System.IO.Path.Combine(Root, "volumes", Safe(application), Safe(volume)), isTemporary: false);

    public static RedisDataDirectory ForBindMount(string directory) => Open(directory, isTemporary: false);

    public void Dispose()
    {
        _lock.Dispose();
        if (!_isTemporary)
        {
            return;
        }

        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A temporary directory that cannot go is the system's to clean.
        }
    }

    private static RedisDataDirectory Open(string path, bool isTemporary)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        try
        {
            var @lock = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new RedisDataDirectory(path, @lock, isTemporary);
        }
        catch (IOException exception)
        {
            throw new InvalidOperationException(
                $"The data directory '{path}' is in use by another running application; stop that one, or give this one a volume of its own.", exception);
        }
    }

    private static string Safe(string name) =>
        string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' ? character : '_')).TrimStart('.');

    private static string Home()
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        return data.Length > 0 ? data : System.IO.Path.GetTempPath();
    }
}
