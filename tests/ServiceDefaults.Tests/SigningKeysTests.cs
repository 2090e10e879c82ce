using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using Platform.ServiceDefaults.Revocations;

namespace ServiceDefaults.Tests;

public sealed class SigningKeysTests
{
    private readonly Clock _clock = new();
    private readonly Source _source = new();
    private readonly RevocationList _revocations = new(TimeProvider.System, Options.Create(new AuthOptions()));

    [Fact]
    public async Task UnknownKeys_OneAfterTheOther_LoadTheKeysOnceInThirtySeconds()
    {
        var keys = NewKeys();
        await keys.EnsureKnownAsync("known", CancellationToken.None);
        Assert.Equal(1, _source.Loads);

        _clock.Now += TimeSpan.FromSeconds(29);
        await keys.EnsureKnownAsync("unknown-1", CancellationToken.None);
        Assert.Equal(1, _source.Loads);

        _clock.Now += TimeSpan.FromSeconds(1);
        await keys.EnsureKnownAsync("unknown-2", CancellationToken.None);
        await keys.EnsureKnownAsync("unknown-3", CancellationToken.None);
        Assert.Equal(2, _source.Loads);
    }

    [Fact]
    public async Task UnknownKey_LastLoadFailed_IsLookedForAgainAfterFiveSeconds()
    {
        var keys = NewKeys();
        await keys.EnsureKnownAsync("known", CancellationToken.None);
        _source.IsAway = true;
        _clock.Now += TimeSpan.FromSeconds(30);
        await keys.EnsureKnownAsync("new", CancellationToken.None);
        Assert.Empty(keys.Find("new"));

        _source.IsAway = false;
        _source.Add("new");
        _clock.Now += TimeSpan.FromSeconds(5);
        await keys.EnsureKnownAsync("new", CancellationToken.None);

        Assert.Single(keys.Find("new"));
        Assert.Single(keys.Find("known"));
        Assert.Equal(3, _source.Loads);
    }

    [Fact]
    public async Task Key_Revoked_IsOutOfUseAtOnceAndStaysSoWhoeverPublishesIt()
    {
        var keys = NewKeys();
        await keys.EnsureKnownAsync("known", CancellationToken.None);

        _revocations.Add([new Revocation(RevocationKind.Key, RevocationDigest.Of(RevocationKind.Key, "known"), RevocationEpoch.Never, uint.MaxValue)]);

        Assert.False(keys.Knows("known"));
        Assert.Empty(keys.Find("known"));

        // What took its place is asked for at once, but a replica that has not heard of it still publishes it, and nothing else.
        await Assert.ThrowsAsync<ProblemException>(() => keys.EnsureKnownAsync("known", CancellationToken.None));
        Assert.Equal(2, _source.Loads);

        // Asked again sooner than for any other unknown key.
        _source.Add("new");
        _clock.Now += TimeSpan.FromSeconds(1);
        await keys.EnsureKnownAsync("new", CancellationToken.None);
        Assert.Single(keys.Find("new"));
        Assert.Empty(keys.Find("known"));
    }

    private SigningKeys NewKeys() => new(_source, _revocations, _clock, NullLogger<SigningKeys>.Instance);

    private sealed class Source : ISigningKeySource
    {
        private readonly List<SecurityKey> _keys = [NewKey("known")];

        public bool IsAway { get; set; }

        public int Loads { get; private set; }

        public void Add(string id) => _keys.Add(NewKey(id));

        public Task<IReadOnlyList<SecurityKey>> LoadAsync(CancellationToken cancellationToken)
        {
            Loads++;
            return IsAway ? throw new HttpRequestException("away") : Task.FromResult<IReadOnlyList<SecurityKey>>([.. _keys]);
        }

        private static ECDsaSecurityKey NewKey(string id) => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = id };
    }

    /// <summary>Timers stay the system's: only what was measured by it is moved.</summary>
    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
