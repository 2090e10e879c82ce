using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration.UserSecrets;

namespace Aspire.Hosting.Configuration;

/// <summary>The user secrets of an AppHost: a JSON file outside of the repository that only its user can read.</summary>
internal sealed class UserSecrets(string file)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Null for an AppHost without a <c>UserSecretsId</c>.</summary>
    public static UserSecrets? Of(Assembly? appHost) => appHost?.GetCustomAttribute<UserSecretsIdAttribute>() is { } id
        ? new UserSecrets(PathHelper.GetSecretsPathFromSecretsId(id.UserSecretsId))
        : null;

    /// <summary>The secret, made and kept first if there is none. Two that ask at the same time get the same.</summary>
    public string GetOrAdd(string key, Func<string> make)
    {
        try
        {
            CreateFolder();
            using var alone = Lock();
            var secrets = File.Exists(file) ? Read() : [];
            if (Find(secrets, key) is { Length: > 0 } known)
            {
                return known;
            }

            var value = make();
            secrets[key] = value;
            Write(secrets);
            return value;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException(
                $"A value for '{key}' cannot be kept in the user secrets file '{file}': {exception.Message} Make it writable, or set '{key}' yourself.", exception);
        }
    }

    /// <summary>As configuration reads the file: flat keys, or sections inside one another.</summary>
    private static string? Find(JsonObject secrets, string key)
    {
        if (secrets[key] is { } flat)
        {
            return flat.ToString();
        }

        JsonNode? node = secrets;
        foreach (var part in key.Split(':'))
        {
            node = (node as JsonObject)?[part];
        }

        return (node as JsonValue)?.ToString();
    }

    private JsonObject Read()
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }) as JsonObject ?? [];
        }
        catch (JsonException exception)
        {
            throw new DistributedApplicationException($"The user secrets file '{file}' is not valid JSON: {exception.Message}", exception);
        }
    }

    private void Write(JsonObject secrets)
    {
        var next = file + ".next";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(next, options))
        {
            JsonSerializer.Serialize(stream, secrets, Indented);
        }

        File.Move(next, file, overwrite: true);
    }

    private void CreateFolder()
    {
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private FileStream Lock()
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                // The file stays: deleted, it could be locked by one while another makes a new one and locks that.
                return new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(deadline) < LongestWait)
            {
                Thread.Sleep(TimeSpan.FromMilliseconds(20));
            }
        }
    }
}
