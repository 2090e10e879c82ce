using System.Buffers;
using Pipelines.Sockets.Unofficial.Arenas;

namespace StandIns.Sockets.Tests.Arenas;

public sealed class ArenaTests
{
    /// <summary>Blocks of exactly eight integers.</summary>
    private static readonly ArenaOptions EightInts = new(blockSizeBytes: 32);

    [Theory]
    [InlineData(0, 5, true)]
    [InlineData(0, 8, true)]
    [InlineData(3, 5, true)]
    [InlineData(3, 6, false)]
    [InlineData(8, 8, true)]
    [InlineData(7, 1, true)]
    [InlineData(7, 2, false)]
    [InlineData(5, 40, false)]
    public void Allocate_AroundBlockEdges_GivesItsOwnElements(int before, int length, bool inOnePiece)
    {
        var allocator = new CountingAllocator(8);
        using var arena = new Arena<int>(EightInts, allocator);
        var earlier = arena.Allocate(before);
        Fill(earlier, -1);

        var sequence = arena.Allocate(length);
        var later = arena.Allocate(3);
        for (var i = 0; i < length; i++)
        {
            sequence[i] = i;
        }

        Fill(later, -2);

        Assert.Equal(length, sequence.Length);
        Assert.Equal(inOnePiece, sequence.IsSingleSegment);
        Assert.Equal(Enumerable.Range(0, length), sequence.ToArray((in int value) => value));
        Assert.All(earlier.ToArray((in int value) => value), value => Assert.Equal(-1, value));
        Assert.Equal(before + length + 3, arena.Allocated());

        var walked = new List<int>();
        foreach (ref var value in sequence)
        {
            walked.Add(value);
        }

        Assert.Equal(Enumerable.Range(0, length), walked);
        Assert.Equal(0, sequence.FirstSpan[0]);
        var total = 0;
        foreach (var span in sequence.Spans)
        {
            Assert.False(span.IsEmpty);
            total += span.Length;
        }

        Assert.Equal(length, total);
    }

    [Fact]
    public void Sequence_Empty_HasNothing()
    {
        using var arena = new Arena<int>();
        var sequence = arena.Allocate(0);

        Assert.True(sequence.IsEmpty);
        Assert.True(sequence.FirstSpan.IsEmpty);
        Assert.Empty(sequence.ToArray((in int value) => value));
        Assert.True(sequence.Untyped().Cast<string>().IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => sequence[0]);
        var enumerator = sequence.GetEnumerator();
        Assert.False(enumerator.MoveNext());
        Assert.False(enumerator.MoveNext());
    }

    [Fact]
    public void Cast_ToItsOwnType_IsTheSameRegion_AndToAnotherFails()
    {
        using var arena = new Arena<int>(EightInts, new CountingAllocator(8));
        arena.Allocate(6);
        var sequence = arena.Allocate(5);
        sequence[4] = 42;

        var again = sequence.Untyped().Cast<int>();

        Assert.Equal(sequence, again);
        Assert.Equal(42, again[4]);
        Assert.Equal(5, sequence.Untyped().Length);
        Assert.Throws<InvalidCastException>(() => sequence.Untyped().Cast<long>());
    }

    [Fact]
    public void Projections_WithStateAndIntoSpans_CoverAllPieces()
    {
        using var arena = new Arena<int>(EightInts, new CountingAllocator(8));
        arena.Allocate(5);
        var sequence = arena.Allocate(20);
        for (var i = 0; i < 20; i++)
        {
            sequence[i] = i;
        }

        Assert.Equal(Enumerable.Range(100, 20), sequence.ToArray((in int value, in int state) => value + state, 100));
        var texts = new string[20];
        sequence.CopyTo(texts, (in int value) => value.ToString());
        Assert.Equal("19", texts[19]);
        Assert.Throws<ArgumentException>(() => sequence.CopyTo(new string[19], (in int value) => value.ToString()));

        var enumerator = sequence.GetEnumerator();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(i, enumerator.GetNext());
        }

        InvalidOperationException? past = null;
        try
        {
            enumerator.GetNext();
        }
        catch (InvalidOperationException exception)
        {
            past = exception;
        }

        Assert.NotNull(past);
    }

    [Fact]
    public void Reset_OfReferences_ForgetsThemAtOnce()
    {
        using var arena = new Arena<object>();
        var weak = Hold(arena);

        arena.Reset();
        GC.Collect();

        Assert.False(weak.IsAlive);
        Assert.Equal(0, arena.Allocated());
        Assert.All(arena.Allocate(10).ToArray((in object value) => value), Assert.Null);

        static WeakReference Hold(Arena<object> arena)
        {
            var item = new object();
            arena.Allocate(1)[0] = item;
            return new WeakReference(item);
        }
    }

    [Fact]
    public void Reset_AfterHugeUse_KeepsNoMoreThanItsLimit_AndReusesWhatItKeeps()
    {
        var allocator = new CountingAllocator(1024);
        using var arena = new Arena<int>(new ArenaOptions(blockSizeBytes: 4096), allocator);

        arena.Allocate(16 * 1024 * 1024);
        arena.Reset();

        Assert.InRange(allocator.Held * 4, 1, 1024 * 1024);

        var made = allocator.Made;
        for (var i = 0; i < 100; i++)
        {
            arena.Allocate(100);
            arena.Reset();
        }

        Assert.Equal(made, allocator.Made);
        Assert.Equal(1024, allocator.Held);
    }

    [Fact]
    public void Dispose_GivesAllBack_AndRefusesFurtherUse()
    {
        var allocator = new CountingAllocator(8);
        var arena = new Arena<int>(EightInts, allocator);
        arena.Allocate(100);

        arena.Dispose();
        arena.Dispose();

        Assert.Equal(0, allocator.Held);
        Assert.Throws<ObjectDisposedException>(() => arena.Allocate(1));
    }

    private static void Fill(Sequence<int> sequence, int value)
    {
        foreach (var span in sequence.Spans)
        {
            span.Fill(value);
        }
    }

    private sealed class CountingAllocator(int length) : Allocator<int>
    {
        public int Made { get; private set; }

        public int Held { get; private set; }

        public override IMemoryOwner<int> Allocate(int minimumLength)
        {
            Made++;
            Held += length;
            return new Owner(this, length);
        }

        private sealed class Owner(CountingAllocator allocator, int length) : IMemoryOwner<int>
        {
            public Memory<int> Memory { get; } = new int[length];

            public void Dispose() => allocator.Held -= Memory.Length;
        }
    }
}
