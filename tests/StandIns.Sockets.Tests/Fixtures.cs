using Platform.TestKit;

[assembly: AssemblyFixture(typeof(RedisFixture))]
