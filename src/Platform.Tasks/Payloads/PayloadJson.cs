using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.ServiceDefaults.Http;

namespace Platform.Tasks.Payloads;

/// <summary>
/// How payloads are written: letters as they are. Escaped, what is not ASCII would be up to three times as long as what was sent, and no longer be within
/// the bounds in which it was accepted.
/// </summary>
internal static class PayloadJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonDefaults.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
