using Microsoft.AspNetCore.Http;

namespace OpenTelemetry.Instrumentation.AspNetCore.Implementation;

/// <summary>Any text may arrive as a method; only known ones become names, so that the set of names stays small.</summary>
internal static class HttpMethodNames
{
    private const string Other = "_OTHER";

    public static string Normalize(string method)
    {
        var canonical = HttpMethods.GetCanonicalizedValue(method);
        return canonical switch
        {
            "CONNECT" or "DELETE" or "GET" or "HEAD" or "OPTIONS" or "PATCH" or "POST" or "PUT" or "TRACE" => canonical,
            _ => Other,
        };
    }

    public static string ForDisplay(string method) => Normalize(method) is var name && name != Other ? name : "HTTP";
}
