using Platform.Redis.Keys;
using UserService.Keys;

namespace UserService.Tests.Keys;

public sealed class UserKeysTests
{
    private readonly UserKeys _keys = new(new Keyspace(UserKeys.Registry));

    [Fact]
    public void Keys_AreWhatTheRegistrySays()
    {
        Assert.Equal("user:account:v1:{usr_1}", _keys.Account("usr_1"));
        Assert.Equal("user:email:v1:{hmac}", _keys.Email("hmac"));
        Assert.Equal("user:name:v1:{hmac}", _keys.Name("hmac"));
        Assert.Equal("user:accounts:v1:{all}", _keys.AccountList);
        Assert.Equal("user:administrators:v1:{all}", _keys.Administrators);
        Assert.Equal("user:sessions:v1:{usr_1}", _keys.SessionList("usr_1"));
        Assert.Equal("user:session:v1:{usr_1}:ses_2", _keys.Session("usr_1", "ses_2"));
        Assert.Equal("user:successor:v1:{usr_1}:ses_2", _keys.Successor("usr_1", "ses_2"));
        Assert.Equal("user:attempts:v1:{hmac}", _keys.AllAttempts("hmac"));
        Assert.Equal("user:attempts:v1:{hmac}:network", _keys.Attempts("hmac", "network"));
        Assert.Equal("user:known-networks:v1:{hmac}", _keys.KnownNetworks("hmac"));
        Assert.Equal("user:pending-factor:v1:{usr_1}", _keys.PendingFactor("usr_1"));
        Assert.Equal("user:ticket:v1:{usr_1}:digest", _keys.Ticket("usr_1", "digest"));
        Assert.Equal("user:signing-keys:v1:{es256}", _keys.SigningKeys);
    }

    [Fact]
    public void Keys_OfWhatPeopleType_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => _keys.Email("ada@example.com"));
        Assert.Throws<ArgumentException>(() => _keys.Account("a}b"));
    }
}
