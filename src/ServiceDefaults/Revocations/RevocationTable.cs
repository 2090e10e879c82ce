namespace Platform.ServiceDefaults.Revocations;

/// <summary>
/// The live revocations of a process: an open-addressing table of 20 bytes a slot, read without a lock while one writer adds. What has
/// lapsed goes when the table is made anew.
/// </summary>
internal sealed class RevocationTable(TimeProvider time)
{
    private const int SmallestSize = 1024;

    private readonly Lock _writing = new();
    private volatile Slots _slots = new(SmallestSize);
    private ulong _everybody;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Tokens that were issued before this place are refused, whoever's they are.</summary>
    public ulong Everybody => Volatile.Read(ref _everybody);

    /// <summary>Whether something that was issued at a place of the feed is revoked.</summary>
    public bool IsRevoked(ulong digest, ulong issuedAt) => _slots.EpochOf(digest) > issuedAt;

    public void Add(Revocation revocation)
    {
        lock (_writing)
        {
            if (revocation.Kind == RevocationKind.Everybody)
            {
                Volatile.Write(ref _everybody, Math.Max(_everybody, revocation.Epoch));
                return;
            }

            if (_slots.IsFull(_count + 1))
            {
                Renew();
            }

            Volatile.Write(ref _count, _count + (_slots.Add(revocation.Digest, revocation.Epoch, revocation.Until) ? 1 : 0));
        }
    }

    // Doubled only where dropping what has lapsed makes too little room.
    private void Renew()
    {
        var now = (uint)time.GetUtcNow().ToUnixTimeSeconds();
        var live = _slots.CountLive(now);
        var size = _slots.Size;
        while (Slots.IsFull(live * 5 / 4, size))
        {
            size *= 2;
        }

        while (size > SmallestSize && !Slots.IsFull(live * 2, size / 2))
        {
            size /= 2;
        }

        var renewed = new Slots(size);
        _slots.CopyLiveTo(renewed, now);
        _slots = renewed;
        _count = live;
    }

    private sealed class Slots(int size)
    {
        private readonly ulong[] _digests = new ulong[size];
        private readonly ulong[] _epochs = new ulong[size];
        private readonly uint[] _untils = new uint[size];

        public int Size => size;

        public static bool IsFull(int count, int size) => count > size / 5 * 4;

        public bool IsFull(int count) => IsFull(count, size);

        public ulong EpochOf(ulong digest)
        {
            var mask = size - 1;
            for (var slot = (int)digest & mask; ; slot = (slot + 1) & mask)
            {
                var found = Volatile.Read(ref _digests[slot]);
                if (found == digest)
                {
                    return Volatile.Read(ref _epochs[slot]);
                }

                if (found == 0)
                {
                    return 0;
                }
            }
        }

        /// <returns>False where it was there before, and now reaches as far as either.</returns>
        public bool Add(ulong digest, ulong epoch, uint until)
        {
            var mask = size - 1;
            for (var slot = (int)digest & mask; ; slot = (slot + 1) & mask)
            {
                if (_digests[slot] == digest)
                {
                    Volatile.Write(ref _epochs[slot], Math.Max(_epochs[slot], epoch));
                    _untils[slot] = Math.Max(_untils[slot], until);
                    return false;
                }

                if (_digests[slot] == 0)
                {
                    // The digest last: whoever sees it sees the rest.
                    _epochs[slot] = epoch;
                    _untils[slot] = until;
                    Volatile.Write(ref _digests[slot], digest);
                    return true;
                }
            }
        }

        public int CountLive(uint now) => _digests.Zip(_untils).Count(slot => slot.First != 0 && slot.Second > now);

        public void CopyLiveTo(Slots other, uint now)
        {
            for (var slot = 0; slot < size; slot++)
            {
                if (_digests[slot] != 0 && _untils[slot] > now)
                {
                    other.Add(_digests[slot], _epochs[slot], _untils[slot]);
                }
            }
        }
    }
}
