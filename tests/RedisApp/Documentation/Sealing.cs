using Platform.Redis.Sealing;
using Platform.Redis;
using System.Text;
using static Platform.RedisApp.Documentation.Shop;

namespace Platform.RedisApp.Documentation;

internal static class Sealing
{
    public static void Seal(WebApplicationBuilder builder, SealerProvider sealers, string address, string customerId)
    {
        // <docs:sealing 1>
        builder.AddPlatformRedis("redis", ShopKeys.Registry).AddSealing();

        var sealer = sealers.For("customer.address");                    // SealerProvider
        var envelope = sealer.Seal(Encoding.UTF8.GetBytes(address), Encoding.UTF8.GetBytes(customerId));
        if (sealer.TryOpen(envelope, Encoding.UTF8.GetBytes(customerId), out var opened)) { Show(opened); }
        // </docs>
    }
}
