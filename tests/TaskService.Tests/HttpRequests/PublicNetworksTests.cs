using System.Net;
using Microsoft.Extensions.Options;
using TaskService.HttpRequests;

namespace TaskService.Tests.HttpRequests;

public sealed class PublicNetworksTests
{
    private readonly PublicNetworks _networks = new(Options.Create(new HttpRequestsOptions { InternalNetworks = { "10.1.0.0/16", "fd12::/32" } }));

    [Theory]
    [InlineData("0.0.0.0 0.255.255.255 10.0.0.1 10.2.0.0 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.255 168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.255")]
    [InlineData("192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255")]
    [InlineData(":: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:7f00:1 64:ff9b::7f00:1 64:ff9b:1::1 100::1 fc00::1 fd00::1 fe80::1 fec0::1 ff02::1")]
    [InlineData("2001::1 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 3ffe::1 3fff::1 5f00::1 4000::1")]
    public void Contains_SpecialAddresses_No(string addresses) =>
        Assert.All(addresses.Split(' '), address => Assert.False(_networks.Contains(IPAddress.Parse(address)), address));

    [Fact]
    public void Contains_PublicAndNamedAddresses_Yes() => Assert.All(
        "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1 223.255.255.255 2606:4700::1111 2a00::1 2400:cb00::1 10.1.2.3 fd12::1".Split(' '),
        address => Assert.True(_networks.Contains(IPAddress.Parse(address)), address));
}
