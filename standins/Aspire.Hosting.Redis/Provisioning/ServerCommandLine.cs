using System.Text;

namespace Aspire.Hosting.Redis.Provisioning;

/// <summary>
/// The resource's container command, read as the shell in the image would read it, and written as a Redis configuration: a local
/// server gets it on standard input, so that no password is ever in the process list.
/// </summary>
internal static class ServerCommandLine
{
    private static readonly string[] Servers = ["redis-server", "valkey-server"];

    // What depends on the machine and not on the application is decided here, whatever the image would do.
    private static readonly HashSet<string> Decided = new(StringComparer.OrdinalIgnoreCase)
    {
        "port", "bind", "dir", "daemonize", "supervised", "logfile", "pidfile", "unixsocket",
        "tls-port", "tls-cert-file", "tls-key-file", "tls-ca-cert-file", "tls-auth-clients",
    };

    /// <exception cref="FormatException">The command is not one of a Redis server, or names a file inside the image.</exception>
    public static IReadOnlyList<string> ToConfiguration(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var words = Split(string.Join(' ', arguments), environment);
        var server = words.FindIndex(word => Servers.Contains(Path.GetFileName(word), StringComparer.Ordinal));
        if (server < 0 && words.Count > 0)
        {
            throw new FormatException("The resource's arguments do not start redis-server; only a container can run them.");
        }

        var lines = new List<string>();
        StringBuilder? line = null;
        foreach (var word in words.Skip(server + 1))
        {
            if (word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2)
            {
                Add(lines, line);
                line = new StringBuilder(word[2..]);
            }
            else if (line is null)
            {
                throw new FormatException($"The argument '{word}' of redis-server is meant for the image's file system; only a container can run it.");
            }
            else
            {
                line.Append(' ').Append(Quote(word));
            }
        }

        Add(lines, line);
        return lines;
    }

    /// <summary>A value as a Redis configuration file spells it.</summary>
    public static string Quote(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in value)
        {
            quoted.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => character.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static void Add(List<string> lines, StringBuilder? line)
    {
        if (line is not null && !Decided.Contains(line.ToString().Split(' ')[0]))
        {
            lines.Add(line.ToString());
        }
    }

    private static List<string> Split(string command, IReadOnlyDictionary<string, string> environment)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var quote = '\0';
        for (var i = 0; i < command.Length; i++)
        {
            var character = command[i];
            if (quote == '\0' && char.IsWhiteSpace(character))
            {
                if (word is not null)
                {
                    words.Add(word.ToString());
                    word = null;
                }

                continue;
            }

            word ??= new StringBuilder();
            if (character == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && character is '"' or '\'')
            {
                quote = character;
            }
            else if (character == '\\' && quote != '\'' && i + 1 < command.Length)
            {
                word.Append(command[++i]);
            }
            else if (character == '$' && quote != '\'' && VariableAt(command, i) is { } variable)
            {
                word.Append(environment.GetValueOrDefault(variable.Name, ""));
                i += variable.Length - 1;
            }
            else
            {
                word.Append(character);
            }
        }

        if (word is not null)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    private static (string Name, int Length)? VariableAt(string command, int dollar)
    {
        var rest = command.AsSpan(dollar + 1);
        var braced = rest.StartsWith("{", StringComparison.Ordinal);
        var name = braced ? rest[1..] : rest;
        var length = 0;
        while (length < name.Length && (char.IsAsciiLetterOrDigit(name[length]) || name[length] == '_'))
        {
            length++;
        }

        if (length == 0 || char.IsAsciiDigit(name[0]) || (braced && (length == name.Length || name[length] != '}')))
        {
            return null;
        }

        return (name[..length].ToString(), 1 + length + (braced ? 2 : 0));
    }
}
