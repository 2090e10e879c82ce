using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace TaskService.HttpRequests;

/// <summary>
/// Which addresses may be called: the public internet, and the internal networks that the configuration names. Everything with a special purpose
/// (IANA's registries) is none: loopback, private, link-local with its metadata services, shared, documentation, multicast, and whatever carries an
/// IPv4 address inside, which a gateway would lead back in.
/// </summary>
internal sealed class PublicNetworks(IOptions<HttpRequestsOptions> options)
{
    private static readonly IPNetwork[] SpecialV4 = Parse(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
        "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",

        // A cloud's host agent, at an address that looks public.
        "168.63.129.16/32");

    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    // Protocols and Teredo, documentation, 6to4, the former 6bone. What embeds IPv4 elsewhere (mapped, compatible, NAT64) is outside of the global block.
    private static readonly IPNetwork[] SpecialV6 = Parse(
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20");

    private readonly IPNetwork[] _named = Parse([.. options.Value.InternalNetworks]);

    // A mapped address counts as one of its IPv4 networks, so it is asked for first.
    public bool Contains(IPAddress address) => !address.IsIPv4MappedToIPv6 && (Array.Exists(_named, network => network.Contains(address)) || IsPublic(address));

    private static bool IsPublic(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !Array.Exists(SpecialV4, network => network.Contains(address)),
        AddressFamily.InterNetworkV6 => GlobalV6.Contains(address) && !Array.Exists(SpecialV6, network => network.Contains(address)),
        _ => false,
    };

    private static IPNetwork[] Parse(params string[] networks) => Array.ConvertAll(networks, IPNetwork.Parse);
}
