using System.Collections.Frozen;
using System.Globalization;

namespace PrivacyService.StandIns;

/// <summary>Numbers of one length that are reserved, so that none of them is anybody's.</summary>
internal sealed class DigitRange
{
    private const char Any = 'x';

    private readonly (string Fixed, int First)[] _blocks;
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _first;
    private readonly int[] _fixedLengths;

    /// <param name="name">Unlike that of any other.</param>
    /// <param name="code">The calling code that goes before them in international writing; empty where there is none.</param>
    /// <param name="patterns">Digits, and x at the end for any digit.</param>
    public DigitRange(string name, string code, params string[] patterns)
    {
        (Name, Code, Length) = (name, code, patterns[0].Length);
        _blocks = new (string, int)[patterns.Length];
        for (var i = 0; i < patterns.Length; i++)
        {
            _blocks[i] = (patterns[i].TrimEnd(Any), Size);
            Size += (int)Math.Pow(10, patterns[i].Count(character => character == Any));
        }

        _first = _blocks.ToFrozenDictionary(block => block.Fixed, block => block.First).GetAlternateLookup<ReadOnlySpan<char>>();
        _fixedLengths = [.. _blocks.Select(block => block.Fixed.Length).Distinct()];
    }

    public string Name { get; }

    public string Code { get; }

    /// <summary>How many digits each has, without the code.</summary>
    public int Length { get; }

    /// <summary>How many there are.</summary>
    public int Size { get; }

    public string this[int index]
    {
        get
        {
            var (digits, first) = Array.FindLast(_blocks, block => block.First <= index);
            return digits.Length == Length ? digits : digits + (index - first).ToString(CultureInfo.InvariantCulture).PadLeft(Length - digits.Length, '0');
        }
    }

    /// <summary>Which of them these digits are; -1 for none.</summary>
    public int IndexOf(ReadOnlySpan<char> digits)
    {
        if (digits.Length == Length)
        {
            foreach (var length in _fixedLengths)
            {
                if (_first.TryGetValue(digits[..length], out var first))
                {
                    return length == Length ? first : first + int.Parse(digits[length..], CultureInfo.InvariantCulture);
                }
            }
        }

        return -1;
    }
}
