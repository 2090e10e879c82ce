using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using Platform.Tasks.Payloads;

namespace TaskService.HttpRequests;

/// <summary>A call of another system. Whoever knows some URLs may call them, so they are as secret as headers and body.</summary>
internal sealed record HttpRequestPayload : IValidatableObject
{
    private const int LongestUrl = 2000;
    private const int LongestBody = 256 * 1024;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(5);

    public string Method { get; init; } = "POST";

    /// <summary>Absolute, without user name and password.</summary>
    [Sensitive]
    public string Url { get; init; } = "";

    [Sensitive]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Sent as it is where it is a text, else as JSON.</summary>
    [Sensitive]
    public JsonElement? Body { get; init; }

    /// <summary>For the whole call; null for what the configuration says.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether the beginning of a text that comes back is kept with the task.</summary>
    public bool KeepResponse { get; init; }

    private bool HasBody => Body is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };

    /// <summary>What is sent, the same however the payload was written; null where nothing is.</summary>
    public byte[]? BodyBytes() => !HasBody ? null
        : IsText ? Encoding.UTF8.GetBytes(Body!.Value.GetString()!)
        : JsonSerializer.SerializeToUtf8Bytes(Body!.Value, PayloadJson.Options);

    /// <summary>What is said of the body where no header says it.</summary>
    public string BodyType() => IsText ? "text/plain; charset=utf-8" : "application/json";

    private bool IsText => Body?.ValueKind == JsonValueKind.String;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Methods.Contains(Method, StringComparer.Ordinal))
        {
            yield return new ValidationResult($"Set method to one of: {string.Join(", ", Methods)}.", [nameof(Method)]);
        }

        if (Url is not { Length: > 0 and <= LongestUrl } || !Uri.TryCreate(Url, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp) || url.IdnHost.Length == 0)
        {
            yield return new ValidationResult($"Set url to an absolute https URL of at most {LongestUrl} characters.", [nameof(Url)]);
        }
        else if (url.UserInfo.Length > 0)
        {
            yield return new ValidationResult("Leave user name and password out of url; send them in the header Authorization.", [nameof(Url)]);
        }

        if (HttpRequestHeaders.FindFault(Headers) is { } fault)
        {
            yield return new ValidationResult(fault, [nameof(Headers)]);
        }

        if (HasBody && Method == "GET")
        {
            yield return new ValidationResult("Leave out body: a GET has none.", [nameof(Body)]);
        }
        else if (BodyBytes()?.Length > LongestBody)
        {
            yield return new ValidationResult("Send a body of at most 256 KiB.", [nameof(Body)]);
        }

        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > LongestTimeout)
        {
            yield return new ValidationResult("Set timeout to between 00:00:01 and 00:05:00.", [nameof(Timeout)]);
        }
    }
}
