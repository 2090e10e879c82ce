using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Platform.Redis.RateLimiting;

/// <summary>Who makes a request, as policies count.</summary>
internal static class HttpPartitions
{
    private const int PrefixBytes = 8;

    public static PartitionName Of(HttpContext context, RateLimitBy by, string endpoint)
    {
        var value = "";
        var found = by & RateLimitBy.Endpoint;
        if (by.HasFlag(RateLimitBy.User) && UserOf(context.User) is { Length: > 0 } user)
        {
            (value, found) = (user, found | RateLimitBy.User);
        }

        if (by.HasFlag(RateLimitBy.Client) && context.User.FindFirst("client_id")?.Value is { Length: > 0 } client)
        {
            (value, found) = (value.Length == 0 ? client : $"{value}\n{client}", found | RateLimitBy.Client);
        }

        // Whoever cannot be told by name is told by address, apart from those whom a policy counts by address.
        if ((by & ~RateLimitBy.Endpoint) != 0 && (by.HasFlag(RateLimitBy.Address) || value.Length == 0))
        {
            var address = AddressOf(context.Connection.RemoteIpAddress);
            (value, found) = (value.Length == 0 ? address : $"{value}\n{address}", found | RateLimitBy.Address);
        }

        return new PartitionName(found, value, by.HasFlag(RateLimitBy.Endpoint) ? endpoint : "");
    }

    /// <summary>The subject; handlers that map claims, as those of bearer tokens do unless told otherwise, call it a name identifier.</summary>
    private static string? UserOf(ClaimsPrincipal user) => (user.FindFirst("sub") ?? user.FindFirst(ClaimTypes.NameIdentifier))?.Value;

    /// <summary>One customer has one IPv4 address, or the 64-bit prefix of IPv6 ones.</summary>
    public static string AddressOf(IPAddress? address)
    {
        if (address is null)
        {
            return "unknown";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[PrefixBytes..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
