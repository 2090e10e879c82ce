namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Influences the behaviour of an arena.</summary>
[Flags]
public enum ArenaFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Memory is cleared at each reset. Always so for types that hold references.</summary>
    ClearAtReset = 1,

    /// <summary>Memory is cleared before it goes back to its allocator. Always so for types that hold references.</summary>
    ClearAtDispose = 2,

    /// <summary>Concerns arenas of several types only: types of one size may share memory.</summary>
    BlittableNonPaddedSharing = 16,

    /// <summary>Concerns arenas of several types only: all types may share memory.</summary>
    BlittablePaddedSharing = 32,
}

/// <summary>How an arena takes and keeps memory.</summary>
public sealed class ArenaOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="flags">Behaviour.</param>
    /// <param name="blockSizeBytes">Size of a block; 0 for the default.</param>
    /// <param name="retentionPolicy">
    /// From the bytes retained last time and the bytes used since, the bytes to keep at a reset; <c>null</c> for the default.
    /// </param>
    public ArenaOptions(
        ArenaFlags flags = ArenaFlags.BlittableNonPaddedSharing,
        int blockSizeBytes = 0,
        Func<long, long, long>? retentionPolicy = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blockSizeBytes);
        Flags = flags;
        BlockSizeBytes = blockSizeBytes;
        RetentionPolicy = retentionPolicy;
    }

    /// <summary>The default options.</summary>
    public static ArenaOptions Default { get; } = new();

    /// <summary>Behaviour.</summary>
    public ArenaFlags Flags { get; }

    /// <summary>Size of a block in bytes; 0 for the default.</summary>
    public int BlockSizeBytes { get; }

    /// <summary>From the bytes retained last time and the bytes used since, the bytes to keep at a reset.</summary>
    public Func<long, long, long>? RetentionPolicy { get; }
}
