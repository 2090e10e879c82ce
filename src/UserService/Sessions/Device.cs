using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace UserService.Sessions;

/// <summary>Where a session was started: what its owner recognises it by.</summary>
internal sealed record Device(string Name, string? UserAgent, string? Address)
{
    public const int MaxNameLength = 64;

    /// <summary>What a device is called that neither its owner nor its software named.</summary>
    public const string Unknown = "Unknown device";

    private const int MaxUserAgentLength = 256;

    /// <summary>What may be in a name besides letters, digits and pictures: no quotation mark, and nothing that addresses are made of.</summary>
    private const string Signs = "-_'’()+&#";

    // More specific ones first: most browsers name several others, too.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];

    private static readonly (string Mark, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    public static Device Of(HttpContext context, string? name)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        agent = agent.Length > MaxUserAgentLength ? agent[..MaxUserAgentLength] : agent;
        var address = context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped
            ? mapped.MapToIPv4() : context.Connection.RemoteIpAddress;
        return new Device(
            string.IsNullOrWhiteSpace(name) ? Describe(agent) : name.Trim(), agent.Length == 0 ? null : agent, address?.ToString());
    }

    /// <summary>A name as it can stand between quotes in an e-mail: neither ends them, nor turns its line around, nor becomes a link.</summary>
    public static string Quotable(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            text.Append(IsQuotable(rune) ? rune.ToString() : " ");
        }

        return string.Join(' ', text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));

        static bool IsQuotable(Rune rune) =>
            Rune.IsLetterOrDigit(rune) || Signs.EnumerateRunes().Contains(rune)
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.OtherSymbol;
    }

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, DeviceJson.Default.Device);

    public static Device FromUtf8(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, DeviceJson.Default.Device) ?? throw new InvalidDataException("The device of a session is empty.");

    private static string Describe(string userAgent)
    {
        var browser = Find(Browsers);
        var system = Find(Systems);
        return (browser, system) switch
        {
            (not null, not null) => $"{browser} on {system}",
            _ => browser ?? system ?? Unknown,
        };

        string? Find((string Mark, string Name)[] known) =>
            known.FirstOrDefault(entry => userAgent.Contains(entry.Mark, StringComparison.Ordinal)).Name;
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Device))]
internal sealed partial class DeviceJson : JsonSerializerContext;
