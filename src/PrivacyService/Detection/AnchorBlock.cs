using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PrivacyService.Detection;

/// <summary>Finds the anchors of 64 characters at once: a bit for each.</summary>
internal sealed class AnchorBlock
{
    public const int Length = 64;

    private const byte LowNibble = 0x0F;

    // A set of ASCII characters as two tables: by the lower four bits, which upper ones occur; by the upper ones, their bit.
    private readonly Vector128<byte> _byLow;
    private readonly Vector128<byte> _byHigh = Vector128.Create(1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0);

    public AnchorBlock(IEnumerable<char> anchors)
    {
        Span<byte> byLow = stackalloc byte[Vector128<byte>.Count];
        foreach (var anchor in anchors)
        {
            byLow[anchor & LowNibble] |= (byte)(1 << (anchor >> 4));
        }

        _byLow = Vector128.Create<byte>(byLow);
    }

    /// <summary>
    /// Anchors of the 64 characters from <paramref name="start"/>, or of those that are left. Of a run of digits there is the first
    /// alone, and not even that directly after a single letter: hexadecimal text is full of those, and they begin nothing.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the block begins.</param>
    /// <param name="before">The block before this one; becomes this one.</param>
    /// <returns>A bit for each character.</returns>
    public ulong Anchors(ReadOnlySpan<char> text, int start, ref Kinds before)
    {
        var anchors = text.Length - start < Length ? Rest(text[start..], out var kinds) : Whole(text, start, out kinds);
        var inRun = kinds.Digits & ((kinds.Digits << 1) | (before.Digits >> (Length - 1)));
        var afterLetter = (kinds.Letters << 1) | (before.Letters >> (Length - 1));
        var afterTwo = afterLetter & ((kinds.Letters << 2) | (before.Letters >> (Length - 2)));
        before = kinds;
        return anchors & ~(inRun | (kinds.Digits & afterLetter & ~afterTwo));
    }

    /// <summary>The bits of a block from an offset on, which may be before it or beyond it.</summary>
    public static ulong From(int offset) => offset <= 0 ? ulong.MaxValue : offset < Length ? ulong.MaxValue << offset : 0;

    private ulong Whole(ReadOnlySpan<char> text, int start, out Kinds kinds)
    {
        ref var first = ref Unsafe.As<char, ushort>(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), start));
        var notAscii = Vector128.Create((ushort)byte.MaxValue);
        ulong anchors = 0;
        ulong digits = 0;
        ulong letters = 0;
        for (var i = 0; i < Length; i += Vector128<byte>.Count)
        {
            var characters = Vector128.Narrow(
                Vector128.Min(Vector128.LoadUnsafe(ref first, (nuint)i), notAscii),
                Vector128.Min(Vector128.LoadUnsafe(ref first, (nuint)(i + Vector128<ushort>.Count)), notAscii));
            var low = Vector128.Shuffle(_byLow, characters & Vector128.Create(LowNibble));
            var high = Vector128.Shuffle(_byHigh, characters >>> 4);
            anchors |= (ulong)(~Vector128.Equals(low & high, Vector128<byte>.Zero)).ExtractMostSignificantBits() << i;
            digits |= (ulong)Vector128.LessThan(characters - Vector128.Create((byte)'0'), Vector128.Create((byte)10)).ExtractMostSignificantBits() << i;
            var lower = (characters | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a');
            letters |= (ulong)Vector128.LessThan(lower, Vector128.Create((byte)26)).ExtractMostSignificantBits() << i;
        }

        kinds = new Kinds(digits, letters);
        return anchors;
    }

    private ulong Rest(ReadOnlySpan<char> text, out Kinds kinds)
    {
        Span<char> block = stackalloc char[Length];
        text.CopyTo(block);
        return Whole(block, 0, out kinds) & ~From(text.Length);
    }

    /// <summary>Which characters of a block are digits and letters of ASCII: a bit for each.</summary>
    public readonly record struct Kinds(ulong Digits, ulong Letters);
}
