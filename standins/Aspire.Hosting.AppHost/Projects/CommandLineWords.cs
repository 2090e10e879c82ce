using System.Text;

namespace Aspire.Hosting;

/// <summary>Takes the one string of a launch profile apart as a command line: words at blanks, double quotes around those that have some.</summary>
internal static class CommandLineWords
{
    public static string[] Split(string commandLine)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isQuoted = false;
        var isWord = false;
        for (var i = 0; i < commandLine.Length; i++)
        {
            var character = commandLine[i];
            if (character == '\\' && i + 1 < commandLine.Length && commandLine[i + 1] == '"')
            {
                word.Append('"');
                isWord = true;
                i++;
            }
            else if (character == '"')
            {
                isQuoted = !isQuoted;
                isWord = true;
            }
            else if (!isQuoted && char.IsWhiteSpace(character))
            {
                End();
            }
            else
            {
                word.Append(character);
                isWord = true;
            }
        }

        End();
        return [.. words];

        void End()
        {
            if (isWord)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            isWord = false;
        }
    }
}
