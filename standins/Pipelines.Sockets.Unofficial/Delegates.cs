using System.Collections;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Walks the invocation list of a delegate without copying it.</summary>
public static class Delegates
{
    /// <summary>Enumerates the single delegates of a multicast delegate; none for <c>null</c>.</summary>
    public static DelegateEnumerable<T> AsEnumerable<T>(this T handler)
        where T : MulticastDelegate
        => new(handler);

    /// <summary>Whether the delegate has one target only.</summary>
    public static bool IsSingle(this MulticastDelegate handler) => handler.HasSingleTarget;

    /// <summary>The single delegates of a multicast delegate.</summary>
    public readonly struct DelegateEnumerable<T> : IEnumerable<T>
        where T : MulticastDelegate
    {
        private readonly T? _handler;

        internal DelegateEnumerable(T? handler) => _handler = handler;

        /// <summary>Enumerates without allocation.</summary>
        public DelegateEnumerator<T> GetEnumerator() => new(_handler);

        IEnumerator<T> IEnumerable<T>.GetEnumerator() => GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Walks the single delegates of a multicast delegate.</summary>
    public struct DelegateEnumerator<T> : IEnumerator<T>
        where T : MulticastDelegate
    {
        private readonly T? _handler;
        private Delegate.InvocationListEnumerator<T> _inner;

        internal DelegateEnumerator(T? handler)
        {
            _handler = handler;
            _inner = Delegate.EnumerateInvocationList(handler);
        }

        /// <summary>The current delegate.</summary>
        public readonly T Current => _inner.Current;

        readonly object IEnumerator.Current => Current;

        /// <summary>Moves to the next delegate.</summary>
        public bool MoveNext() => _inner.MoveNext();

        /// <summary>Starts over.</summary>
        public void Reset() => _inner = Delegate.EnumerateInvocationList(_handler);

        readonly void IDisposable.Dispose()
        {
            // Holds nothing; the interface asks for it.
        }
    }
}
