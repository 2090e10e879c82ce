namespace Pipelines.Sockets.Unofficial.Arenas;

public readonly partial struct Sequence<T>
{
    /// <summary>Walks the elements by reference.</summary>
    public ref struct Enumerator
    {
        private SpanEnumerator _spans;
        private Span<T> _span;
        private int _index;

        internal Enumerator(Sequence<T> sequence)
        {
            _spans = new SpanEnumerator(sequence);
            _span = default;
            _index = -1;
        }

        /// <summary>The current element.</summary>
        public readonly ref T Current => ref _span[_index];

        /// <summary>Moves to the next element.</summary>
        public bool MoveNext()
        {
            if (++_index < _span.Length)
            {
                return true;
            }

            if (!_spans.MoveNext())
            {
                _index = _span.Length;
                return false;
            }

            _span = _spans.Current;
            _index = 0;
            return true;
        }

        /// <summary>Moves to the next element and gives it; throws past the end.</summary>
        public ref T GetNext()
        {
            if (!MoveNext())
            {
                throw new InvalidOperationException("The sequence has no further element.");
            }

            return ref Current;
        }
    }

    /// <summary>The pieces of a sequence.</summary>
    public readonly ref struct SpanEnumerable
    {
        private readonly Sequence<T> _sequence;

        internal SpanEnumerable(Sequence<T> sequence) => _sequence = sequence;

        /// <summary>Walks the pieces.</summary>
        public SpanEnumerator GetEnumerator() => new(_sequence);
    }

    /// <summary>Walks the pieces of a sequence.</summary>
    public ref struct SpanEnumerator
    {
        private ArenaBlock<T>? _next;
        private int _offset;
        private int _remaining;

        internal SpanEnumerator(Sequence<T> sequence)
        {
            _next = sequence._block;
            _offset = sequence._offset;
            _remaining = sequence._length;
            Current = default;
        }

        /// <summary>The current piece.</summary>
        public Span<T> Current { get; private set; }

        /// <summary>Moves to the next piece.</summary>
        public bool MoveNext()
        {
            if (_remaining == 0)
            {
                Current = default;
                return false;
            }

            var block = _next!;
            Current = block.Slice(_offset, Math.Min(_remaining, block.Length - _offset));
            _remaining -= Current.Length;
            _offset = 0;
            _next = block.Next;
            return true;
        }
    }
}
