using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Platform.Redis.Scripting;

/// <summary>
/// A Lua script from a <c>.lua</c> file that is embedded beside its feature. Keep each in a static field: the file is read, its header
/// checked and its hash taken once.
/// </summary>
public sealed class RedisScript
{
    private const string Extension = ".lua";

    private readonly RedisScriptHeader _header;

    private RedisScript(string name, string text)
    {
        Name = name;
        Text = text;
#pragma warning disable CA5350 // The hash that EVALSHA names a script by.
        Hash = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
        _header = RedisScriptHeader.Read(name, text);
    }

    /// <summary>The file's name without its extension: <c>SubmitTask</c>. Names the operation in metrics and traces.</summary>
    public string Name { get; }

    /// <summary>The Lua text.</summary>
    public string Text { get; }

    internal byte[] Hash { get; }

    /// <summary>Reads a script.</summary>
    /// <param name="assembly">Where it is embedded.</param>
    /// <param name="file">Its file name, such as <c>SubmitTask.lua</c>: unique in the assembly, whatever its folder.</param>
    public static RedisScript FromResource(Assembly assembly, string file)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        var found = assembly.GetManifestResourceNames()
            .Where(name => name == file || name.EndsWith("." + file, StringComparison.Ordinal))
            .ToList();
        return found switch
        {
            [var resource] => Read(assembly, resource, file[..^Extension.Length]),
            [] => throw new ArgumentException($"No script '{file}' is embedded in {assembly.GetName().Name}.", nameof(file)),
            _ => throw new ArgumentException($"{found.Count} scripts '{file}' are embedded in {assembly.GetName().Name}; the name must be unique."),
        };
    }

    /// <summary>Every script of an assembly: for tests that load each into a server.</summary>
    public static IReadOnlyList<RedisScript> AllIn(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.EndsWith(Extension, StringComparison.Ordinal))
                .Select(name => Read(assembly, name, name[..^Extension.Length].Split('.')[^1])),
        ];
    }

    /// <summary>Refuses a call that the header does not declare, and one that a cluster could not carry out.</summary>
    internal void Check(RedisKey[] keys, int arguments)
    {
        _header.Check(Name, keys.Length, arguments);
        for (var i = 1; i < keys.Length; i++)
        {
            if (!KeyGrammar.Together(keys[0], keys[i]))
            {
                throw new ArgumentException($"Script {Name} takes keys of one hash tag only; its key {i + 1} has another than the first.");
            }
        }
    }

    private static RedisScript Read(Assembly assembly, string resource, string name)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new RedisScript(name, reader.ReadToEnd());
    }
}
