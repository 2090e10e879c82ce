namespace Pipelines.Sockets.Unofficial;

public sealed partial class SocketConnection
{
    /// <summary>What waits on each stage of the way.</summary>
    public readonly struct Counters : IEquatable<Counters>
    {
        internal Counters(long onSocket, long toBeSent, long toBeRead)
        {
            BytesAvailableOnSocket = onSocket;
            BytesWaitingToBeSent = toBeSent;
            BytesWaitingToBeRead = toBeRead;
        }

        /// <summary>Bytes that the system holds and that were not received yet.</summary>
        public long BytesAvailableOnSocket { get; }

        /// <summary>Bytes that were written and not sent yet.</summary>
        public long BytesWaitingToBeSent { get; }

        /// <summary>Bytes that were received and not consumed yet.</summary>
        public long BytesWaitingToBeRead { get; }

        /// <summary>Whether two readings are the same.</summary>
        public static bool operator ==(Counters left, Counters right) => left.Equals(right);

        /// <summary>Whether two readings differ.</summary>
        public static bool operator !=(Counters left, Counters right) => !left.Equals(right);

        /// <inheritdoc />
        public bool Equals(Counters other)
            => BytesAvailableOnSocket == other.BytesAvailableOnSocket
                && BytesWaitingToBeSent == other.BytesWaitingToBeSent
                && BytesWaitingToBeRead == other.BytesWaitingToBeRead;

        /// <inheritdoc />
        public override bool Equals(object? obj) => obj is Counters other && Equals(other);

        /// <inheritdoc />
        public override int GetHashCode() => HashCode.Combine(BytesAvailableOnSocket, BytesWaitingToBeSent, BytesWaitingToBeRead);
    }
}
