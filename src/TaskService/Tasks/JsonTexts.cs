using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Platform.ServiceDefaults.Problems;

namespace TaskService.Tasks;

/// <summary>
/// JSON can be well-formed and yet say what is no text: half a character, as in <c>"\ud800"</c>, or bytes that are not UTF-8. Who reads such a text
/// or name fails.
/// </summary>
internal static class JsonTexts
{
    /// <exception cref="ProblemException">One of its texts or names is none.</exception>
    public static void EnsureReadable(JsonElement json)
    {
        // Without an escape there is nothing that could be half: no text is made just to be looked at.
        var bytes = JsonMarshal.GetRawUtf8Value(json);
        if (Utf8.IsValid(bytes) && bytes.IndexOf("\\u"u8) < 0)
        {
            return;
        }

        try
        {
            Read(json);
        }
        catch (InvalidOperationException)
        {
            throw Unreadable();
        }
    }

    /// <summary>Of an object only the names.</summary>
    /// <exception cref="ProblemException">One of them is none.</exception>
    public static void EnsureNamesReadable(JsonElement json)
    {
        try
        {
            foreach (var property in json.EnumerateObject())
            {
                _ = property.Name;
            }
        }
        catch (InvalidOperationException)
        {
            throw Unreadable();
        }
    }

    public static ProblemException Unreadable() =>
        JsonSubmission.Invalid("Send texts and names as UTF-8, and characters that are escaped as two halves, such as \\ud83d\\ude00, with both.");

    private static void Read(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in json.EnumerateObject())
                {
                    _ = property.Name;
                    Read(property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                {
                    Read(item);
                }

                break;
            case JsonValueKind.String:
                _ = json.GetString();
                break;
        }
    }
}
