using System.Runtime.CompilerServices;
using Platform.TestKit;

namespace Platform.Redis.Tests.Cluster;

/// <summary>Gives every test of this assembly the shared cluster; those that start a single server of their own are skipped.</summary>
internal static class OnCluster
{
    [ModuleInitializer]
    public static void Choose() => RedisFixture.OnCluster = true;
}
