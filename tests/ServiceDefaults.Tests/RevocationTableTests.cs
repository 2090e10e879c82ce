using Platform.ServiceDefaults.Revocations;

namespace ServiceDefaults.Tests;

/// <summary>By itself: what others keep meanwhile would count as the table's.</summary>
[CollectionDefinition(nameof(RevocationTableTests), DisableParallelization = true)]
[Collection(nameof(RevocationTableTests))]
public class RevocationTableTests
{
    private const int Million = 1_000_000;

    [Fact]
    public void Million_LiveRevocations_TakeAtMost64BytesEachAndAreAllFound()
    {
        var table = new RevocationTable(TimeProvider.System);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 1; i <= Million; i++)
        {
            table.Add(new Revocation(RevocationKind.Session, Digest(i), RevocationEpoch.Never, uint.MaxValue));
        }

        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(taken / (double)Million, 0, 64);
        Assert.Equal(Million, table.Count);
        for (var i = 1; i <= Million; i++)
        {
            Assert.True(table.IsRevoked(Digest(i), issuedAt: 0));
            Assert.False(table.IsRevoked(Digest(-i), issuedAt: 0));
        }
    }

    /// <summary>Clocks of UserService and of who checks may be ten minutes apart: UserService keeps revocations for eleven longer than the longest token lives.</summary>
    [Fact]
    public void Revocation_WhereTheClockIsTenMinutesAhead_OutlivesTheLongestToken()
    {
        var time = new Clock();
        var table = new RevocationTable(time);
        var until = (uint)(time.GetUtcNow() + TimeSpan.FromMinutes(71)).ToUnixTimeSeconds();
        table.Add(new Revocation(RevocationKind.Token, Digest(1), RevocationEpoch.Never, until));

        // The token expires now, on UserService's clock. What has lapsed on this one goes with what is added.
        time.Now += TimeSpan.FromMinutes(60 + 10);
        for (var i = 2; i < 5000; i++)
        {
            table.Add(new Revocation(RevocationKind.Token, Digest(i), RevocationEpoch.Never, until));
        }

        Assert.True(table.IsRevoked(Digest(1), 0));
    }

    [Fact]
    public void Lapsed_Revocations_MakeRoomForOthers()
    {
        var time = new Clock();
        var table = new RevocationTable(time);
        for (var round = 0; round < 50; round++)
        {
            for (var i = 1; i <= 500; i++)
            {
                var number = (round * 500) + i;
                table.Add(new Revocation(RevocationKind.Token, Digest(number), RevocationEpoch.Never, (uint)time.GetUtcNow().ToUnixTimeSeconds() + 10));
                Assert.True(table.IsRevoked(Digest(number), 0));
            }

            time.Now += TimeSpan.FromSeconds(11);
        }

        Assert.InRange(table.Count, 1, 2000);
    }

    [Fact]
    public void Subject_RevokedTwice_IsRevokedAsOfTheLater()
    {
        var table = new RevocationTable(TimeProvider.System);
        table.Add(new Revocation(RevocationKind.Subject, 7, Epoch: 20, uint.MaxValue));
        table.Add(new Revocation(RevocationKind.Subject, 7, Epoch: 10, uint.MaxValue));

        Assert.True(table.IsRevoked(7, issuedAt: 19));
        Assert.False(table.IsRevoked(7, issuedAt: 20));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public async Task Readers_WhileTheTableGrows_MissNothingThatWasAddedBefore()
    {
        var table = new RevocationTable(TimeProvider.System);
        var added = 0;
        var reading = Task.Run(() =>
        {
            var missed = 0;
            for (var seen = Volatile.Read(ref added); seen < 200_000; seen = Volatile.Read(ref added))
            {
                missed += seen > 0 && !table.IsRevoked(Digest(seen), 0) ? 1 : 0;
            }

            return missed;
        });
        for (var i = 1; i <= 200_000; i++)
        {
            table.Add(new Revocation(RevocationKind.Token, Digest(i), RevocationEpoch.Never, uint.MaxValue));
            Volatile.Write(ref added, i);
        }

        Assert.Equal(0, await reading);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddDays(1);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private static ulong Digest(int number) => RevocationDigest.Of(RevocationKind.Session, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
