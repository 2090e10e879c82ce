using System.Runtime.CompilerServices;

namespace PrivacyService.Detection;

/// <summary>For every shape that an anchor may have: the recognisers that want to see it.</summary>
internal sealed class AnchorTable
{
    private const int AsciiCharacters = 128;
    private const int Neighbours = CharacterClasses.Count * CharacterClasses.Count;
    private const int LengthClasses = 16;
    private const int LongestCounted = 12;
    private const int LongestCard = 19;
    private const int DigitRows = 10 * LengthClasses;

    private readonly byte[] _sets;
    private readonly List<IRecogniser[]> _recognisers = [[]];
    private readonly Ask[][] _asks;
    private readonly short[] _rows = new short[AsciiCharacters];
    private readonly byte[] _lengthClasses = [.. Enumerable.Range(0, LongestCard + 2).Select(length => (byte)LengthClass(length))];

    public AnchorTable(IReadOnlyCollection<IRecogniser> recognisers)
    {
        Anchors = [.. recognisers.SelectMany(recogniser => recogniser.Anchors).Distinct().Order()];
        var others = Anchors.Where(anchor => !char.IsAsciiDigit(anchor)).ToArray();
        _sets = new byte[(DigitRows + others.Length) * Neighbours];
        for (var i = 0; i < others.Length; i++)
        {
            // Their length is 1, which stands in the next row.
            _rows[others[i]] = (short)(DigitRows + i - 1);
            Fill(DigitRows + i, recognisers, others[i], 1);
        }

        for (var digit = 0; digit < 10; digit++)
        {
            _rows['0' + digit] = (short)(digit * LengthClasses);
            for (var length = 1; length <= LongestCounted + 2; length++)
            {
                Fill(
                    (digit * LengthClasses) + length, recognisers, (char)('0' + digit), length == LongestCounted + 2 ? LongestCard + 1 : length);
            }
        }

        _asks = [.. _recognisers.Select(set => set.Select(recogniser => (Ask)recogniser.TryMatch).ToArray())];
    }

    /// <summary><see cref="IRecogniser.TryMatch"/> of one recogniser: calling through the interface takes twice as long.</summary>
    public delegate bool Ask(ReadOnlySpan<char> text, int anchor, out Finding finding);

    /// <summary>All characters at which somebody wants to look.</summary>
    public IReadOnlyList<char> Anchors { get; }

    /// <param name="text">The text.</param>
    /// <param name="anchor">Where the anchor is.</param>
    /// <param name="end">Where its run of digits ends, or one behind it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Ask[] Around(ReadOnlySpan<char> text, int anchor, int end)
    {
        var row = _rows[text[anchor]] + _lengthClasses[Math.Min(end - anchor, LongestCard + 1)];
        var neighbours = (CharacterClasses.At(text, anchor - 1) * CharacterClasses.Count) + CharacterClasses.At(text, end);
        return _asks[_sets[(row * Neighbours) + neighbours]];
    }

    private static int LengthClass(int length) => length <= LongestCounted ? length : length <= LongestCard ? LongestCounted + 1 : LongestCounted + 2;

    private void Fill(int row, IReadOnlyCollection<IRecogniser> recognisers, char first, int length)
    {
        var anchored = recognisers.Where(recogniser => recogniser.Anchors.Contains(first)).ToArray();
        for (var neighbours = 0; neighbours < Neighbours; neighbours++)
        {
            var shape = new AnchorShape(
                CharacterClasses.Representatives[neighbours / CharacterClasses.Count],
                first,
                length,
                CharacterClasses.Representatives[neighbours % CharacterClasses.Count]);
            _sets[(row * Neighbours) + neighbours] = SetOf([.. anchored.Where(recogniser => recogniser.Wants(shape))]);
        }
    }

    private byte SetOf(IRecogniser[] recognisers)
    {
        var set = _recognisers.FindIndex(other => other.AsSpan().SequenceEqual(recognisers));
        if (set < 0)
        {
            set = _recognisers.Count;
            _recognisers.Add(recognisers);
        }

        return checked((byte)set);
    }
}
